/** Works on one occurrence: claims it, computes it per scope, hands one mail to each recipient, and notes what is known. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { readingAs } from '#warehouse/reading.ts'
import type { Person } from '../../contract/session.ts'
import { MailError } from '../../mail/mail-error.ts'
import type { Mailer } from '../../mail/mailer.ts'
import type { Address } from '../../mail/message.ts'
import { compose, render, subjectOf, type ComposeDeps, type Rendering } from './compose.ts'
import {
  beginSending,
  endSending,
  ensureDeliveries,
  failUnsent,
  isOpen,
  markDoubts,
  type DeliveryRow,
} from './delivery-store.ts'
import { claim, finish, holdUntil, leaseMs, type OccurrenceRow } from './occurrence-store.ts'
import { findReport, type StoredReport } from './report-store.ts'

export type DeliverDeps = ComposeDeps & {
  readonly knex: Knex
  readonly people: { byEmail(email: string): Promise<Person | null> }
  readonly mailer: Mailer
  readonly from: Address
  readonly now: () => Date
}

/** A mail that cannot be handed over is tried again for this long. */
const giveUpAfterMs = 4 * 3_600_000
const firstWaitMs = 60_000
/** Later than this is worth saying in the mail. */
const punctualMs = 15 * 60_000

export async function runOccurrence(deps: DeliverDeps, id: string): Promise<void> {
  const owner = randomUUID()
  const occurrence = await claim(deps.knex, id, owner, deps.now())
  if (!occurrence) return
  const report = await findReport(deps.knex, occurrence.report_id)
  if (!report) return finish(deps.knex, id, owner, 'failed', 'the report was deleted')
  const work: Work = { deps, report, occurrence, owner, renderings: new Map() }
  try {
    await readingAs({ lane: 'reports' }, () => deliverAll(work))
  } catch (error) {
    await postpone(work)
    throw error
  }
}

async function deliverAll(work: Work): Promise<void> {
  const {
    deps,
    report,
    owner,
    occurrence: { id },
  } = work
  await markDoubts(deps.knex, id)
  const setting = { transport: deps.mailer.kind, sender: deps.from.address, now: deps.now() }
  const deliveries = await ensureDeliveries(deps.knex, id, report.recipients, setting)
  for (const delivery of deliveries.filter(isOpen)) {
    if (!(await holdUntil(deps.knex, id, owner, new Date(deps.now().getTime() + leaseMs)))) return
    await deliverOne(work, delivery)
  }
  await settle(work)
}

type Work = {
  deps: DeliverDeps
  report: StoredReport
  occurrence: OccurrenceRow
  owner: string
  renderings: Map<string, Promise<Rendering>>
}

async function deliverOne(work: Work, delivery: DeliveryRow): Promise<void> {
  const { deps, owner } = work
  const person = await deps.people.byEmail(delivery.recipient)
  if (!person) return failUnsent(deps.knex, delivery.id, 'not sent: no longer a person of this installation')
  const rendering = await renderingFor(work, person)
  const to = { name: person.name, address: person.email }
  const message = await compose(deps, rendering, {
    messageId: delivery.message_id,
    from: deps.from,
    to,
    date: deps.now(),
  })
  if (!(await beginSending(deps.knex, delivery.id, { owner, subject: subjectOf(rendering.content) }))) return
  try {
    await deps.mailer.send(delivery.id, message)
  } catch (error) {
    return noteFailure(work, delivery, error)
  }
  const detail =
    delivery.doubts > 0 ? 'sent again with the same Message-ID, because the first attempt was in doubt' : ''
  await endSending(deps.knex, delivery.id, { state: 'sent', sent_at: deps.now(), detail })
}

/** The numbers of a scope are computed once per occurrence; people of different scopes never share them. */
function renderingFor({ deps, report, occurrence, renderings }: Work, person: Person): Promise<Rendering> {
  const key = JSON.stringify([person.scope.channels, person.scope.regions])
  const asOf = occurrence.as_of ?? occurrence.due_at
  const late = deps.now().getTime() - occurrence.due_at.getTime() > punctualMs
  const rendering =
    renderings.get(key) ??
    render(deps, report, { asOf, scope: person.scope, delayedSince: late ? occurrence.due_at : null })
  renderings.set(key, rendering)
  return rendering
}

async function noteFailure({ deps, occurrence }: Work, delivery: DeliveryRow, error: unknown): Promise<void> {
  const detail = error instanceof MailError ? error.message : 'the mail could not be handed over'
  if (error instanceof MailError && error.code === 'IN_DOUBT') {
    return endSending(deps.knex, delivery.id, { state: 'in_doubt', doubts: delivery.doubts + 1, detail })
  }
  const again = error instanceof MailError && error.retryable && !isTooLate(deps, occurrence)
  await endSending(deps.knex, delivery.id, { state: again ? 'queued' : 'failed', detail })
}

/** The hours of trying begin when the occurrence was first worked on, not when it was due: downtime is not trying. */
function isTooLate(deps: DeliverDeps, occurrence: OccurrenceRow): boolean {
  return deps.now().getTime() - (occurrence.first_run_at ?? occurrence.due_at).getTime() > giveUpAfterMs
}

/** The numbers or the database did not answer: again in a minute, until it is too late. */
async function postpone({ deps, occurrence, owner }: Work): Promise<void> {
  if (isTooLate(deps, occurrence))
    return finish(deps.knex, occurrence.id, owner, 'failed', 'the numbers could not be computed')
  await holdUntil(deps.knex, occurrence.id, owner, new Date(deps.now().getTime() + firstWaitMs))
}

/** Done when nothing is left to try; otherwise it comes back after a wait that doubles. */
async function settle({ deps, occurrence, owner }: Work): Promise<void> {
  const rows = await deps.knex<DeliveryRow>('report_deliveries').where({ occurrence_id: occurrence.id })
  const open = rows.filter(isOpen)
  if (open.length > 0) {
    const attempts = Math.max(1, ...open.map((row) => row.attempts))
    const wait = Math.min(firstWaitMs * 2 ** (attempts - 1), 3_600_000)
    await holdUntil(deps.knex, occurrence.id, owner, new Date(deps.now().getTime() + wait))
    return
  }
  const sent = rows.filter((row) => row.state === 'sent').length
  const doubtful = rows.filter((row) => row.state === 'in_doubt').length
  const detail = `${sent} of ${rows.length} sent${doubtful > 0 ? `, ${doubtful} in doubt` : ''}`
  await finish(deps.knex, occurrence.id, owner, sent > 0 || rows.length === 0 ? 'done' : 'failed', detail)
}
