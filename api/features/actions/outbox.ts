/** What must leave this installation, written in the transaction that decided it and kept until it has left. */
import type { Knex } from 'knex'

export type OutboxTopic = 'command' | 'event'
export type OutboxMessage = {
  readonly topic: OutboxTopic
  /** Messages of one aggregate leave in the order they were written. */
  readonly aggregate: string
  /** The receiver knows a repeated message by it. */
  readonly messageId: string
  readonly payload: Readonly<Record<string, unknown>>
}
export type LeasedMessage = OutboxMessage & { readonly id: string; readonly attempts: number }

type OutboxRow = {
  id: string
  topic: OutboxTopic
  aggregate: string
  message_id: string
  payload: string
  attempts: number
}

export async function enqueue(trx: Knex.Transaction, message: OutboxMessage): Promise<void> {
  const { topic, aggregate, messageId, payload } = message
  await trx('outbox').insert({ topic, aggregate, message_id: messageId, payload: JSON.stringify(payload) })
}

/**
 * Takes messages for a while. Rows of transactions younger than the oldest one still running wait, so none that commits
 * late is overtaken; a relay that dies gives its messages back when the lease ends.
 */
const LEASE = `
update outbox set leased_until = ?::timestamptz, attempts = attempts + 1
where id in (
  select o.id from outbox o
  where o.sent_at is null
    and (o.leased_until is null or o.leased_until <= ?::timestamptz)
    and o.xid < pg_snapshot_xmin(pg_current_snapshot())
    and not exists (select from outbox e where e.aggregate = o.aggregate and e.sent_at is null and e.id < o.id)
  order by o.xid, o.id limit ?
  for update skip locked)
returning id, topic, aggregate, message_id, payload, attempts`

export async function leaseMessages(
  knex: Knex,
  options: { now: Date; leaseMs: number; limit: number },
): Promise<LeasedMessage[]> {
  const { now, leaseMs, limit } = options
  const until = new Date(now.getTime() + leaseMs)
  const { rows }: { rows: OutboxRow[] } = await knex.raw(LEASE, [until, now, limit])
  return rows
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map(({ id, topic, aggregate, message_id, payload, attempts }) => ({
      id,
      topic,
      aggregate,
      messageId: message_id,
      attempts,
      payload: JSON.parse(payload) as Record<string, unknown>,
    }))
}

export async function markLeft(knex: Knex, id: string, at: Date): Promise<void> {
  await knex('outbox').where({ id }).update({ sent_at: at, leased_until: null, last_error: '' })
}

/** Keeps the message and the reason, to be tried again at `retryAt`. */
export async function putBack(knex: Knex, id: string, retryAt: Date, reason: string): Promise<void> {
  await knex('outbox')
    .where({ id })
    .update({ leased_until: retryAt, last_error: reason.slice(0, 500) })
}
