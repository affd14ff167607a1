/** Writing down who is shown personal data, before it is shown: without its entry nothing is. */
import type { Knex } from 'knex'
import type { Person } from '../../contract/session.ts'
import { ApiError } from '../../errors.ts'
import { appendAudit } from '../audit/audit.ts'

const HOUR_MS = 3_600_000
/** Nobody needs more; who takes more is copying. */
export const MOST_PER_HOUR = 50
const VERB = 'personal.revealed'

export type Reveal = {
  readonly person: Person
  readonly subject: string
  readonly orderId?: string
  readonly reason: string
}

export async function noteReveal(
  { knex, now }: { knex: Knex; now: () => Date },
  { person, subject, orderId, reason }: Reveal,
): Promise<void> {
  const at = now()
  await knex.transaction(async (trx) => {
    // The entry first: it waits for all others, so that two at once cannot both be the fiftieth.
    await appendAudit(trx, {
      at,
      person,
      verb: VERB,
      subject,
      detail: { reason },
      ...(orderId !== undefined && { orderId }),
    })
    const since = new Date(at.getTime() - HOUR_MS)
    const mine = trx('audit').where({ person_id: person.id, verb: VERB }).where('at', '>', since)
    const [counted] = await mine.count({ n: '*' }).min({ oldest: 'at' })
    if (Number(counted?.['n']) <= MOST_PER_HOUR) return
    const waitMs = new Date(counted?.['oldest']).getTime() + HOUR_MS - at.getTime()
    throw new ApiError('too_many_requests', `personal data is shown ${MOST_PER_HOUR} times an hour to one person`, {
      reason: 'reveals_spent',
      parts: { most: MOST_PER_HOUR },
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    })
  })
}
