/** Saves a tried change of a calendar or promotion: checked against what is saved now, with its entry in the audit. */
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { SavedChange, changeProposalSchema } from '../../contract/calendars.ts'
import type { Person } from '../../contract/session.ts'
import type { CalendarBook } from '#transforms/rules/calendar-book.ts'
import { type Change, nameOf } from '#transforms/rules/shop-calendar.ts'
import { ApiError } from '../../errors.ts'
import { appendAudit } from '../audit/audit.ts'

type Proposal = z.output<typeof changeProposalSchema>
type Deps = { readonly calendars: CalendarBook; readonly knex: Knex; readonly now: () => Date }
type Given = { readonly person: Person; readonly proposal: Proposal; readonly trial_id: string }

export function asChange(proposal: Proposal, person: Person, at: Date): Change {
  const saved = {
    version: proposal.expected_version + 1,
    saved_by: person.id,
    saved_by_name: person.name,
    saved_at: at.toISOString(),
  }
  return proposal.of === 'calendar'
    ? { of: 'calendar', change: { ...proposal.draft, ...saved } }
    : { of: 'promotion', change: { ...proposal.draft, ...saved } }
}

export async function refuseFaulty(calendars: CalendarBook, change: Change): Promise<void> {
  const fault = await calendars.faultOf(change)
  if (fault !== null) throw new ApiError('invalid_input', fault.message, { reason: fault.reason, parts: fault.parts })
}

export async function saveChange(
  { calendars, knex, now }: Deps,
  { person, proposal, trial_id }: Given,
): Promise<SavedChange> {
  const change = asChange(proposal, person, now())
  if (!(await calendars.wasTried(trial_id, change)))
    throw new ApiError('conflict', 'this is not what was tried; look at the effect of what you want to save, then save')
  return knex.transaction(async (trx) => {
    // The entry comes first: writers of the audit queue, so two saves never read the same version.
    await appendAudit(trx, {
      at: now(),
      person,
      verb: `${change.of}.saved`,
      subject: `${change.of}/${nameOf(change)}`,
      detail: { version: change.change.version, trial_id, ...proposal.draft },
    })
    const latest = await calendars.latestOf(change)
    if ((latest?.version ?? 0) !== proposal.expected_version)
      throw new ApiError(
        'conflict',
        latest === null
          ? `nobody changed ${nameOf(change)} yet, so expected_version is 0`
          : `${latest.saved_by_name} saved version ${latest.version} of it meanwhile; look at it, then propose again`,
        latest === null
          ? {}
          : { reason: 'calendar_saved_meanwhile', parts: { name: latest.saved_by_name, version: latest.version } },
      )
    await refuseFaulty(calendars, change)
    await calendars.save(change)
    const { version, saved_by_name, saved_at } = change.change
    return { name: nameOf(change), version, saved_by_name, saved_at }
  })
}
