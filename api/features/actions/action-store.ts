/** Actions as they are kept. Every change of state names the states it may start from, so that two writers never both win. */
import type { Knex } from 'knex'
import type { Action, ActionKind } from '../../contract/actions.ts'
import type { z } from 'zod'
import type { actionStateSchema } from '../../contract/actions.ts'

type ActionState = z.infer<typeof actionStateSchema>
type ActionRow = {
  id: string
  kind: ActionKind
  order_id: string
  payment_id: string
  amount: string
  currency: string
  reason: string
  anomaly_id: string
  state: ActionState
  requested_by: string
  requested_by_name: string
  requested_at: Date
  sent_at: Date | null
  settled_at: Date | null
  detail: string
}

export type NewAction = Omit<Action, 'state' | 'settled_at' | 'detail' | 'requested_at'> & {
  readonly anomaly_id: string
  readonly buyer_id: string
  readonly requested_at: Date
}

/** An action that has not ended: its answer is still awaited. */
export type OpenAction = Action & { readonly anomaly_id: string; readonly sent_at: string | null }
/** An action that is not decided yet. */
export type ParkedAction = Action & { readonly anomaly_id: string }

export async function insertAction(
  trx: Knex.Transaction,
  action: NewAction,
  state: Extract<ActionState, 'queued' | 'parked'>,
): Promise<void> {
  await trx('actions').insert({ ...action, state })
}

export async function findAction(knex: Knex, id: string): Promise<Action | null> {
  const row = await knex<ActionRow>('actions').where({ id }).first()
  return row === undefined ? null : toAction(row)
}

export async function listActions(knex: Knex, orderId: string): Promise<Action[]> {
  const rows = await knex<ActionRow>('actions').where({ order_id: orderId }).orderBy('requested_at', 'desc').limit(100)
  return rows.map(toAction)
}

export async function listOpenActions(knex: Knex, limit = 500): Promise<OpenAction[]> {
  const rows = await knex<ActionRow>('actions')
    .whereIn('state', ['queued', 'sent', 'in_doubt'])
    .orderBy('requested_at')
    .limit(limit)
  return rows.map((row) => ({
    ...toAction(row),
    anomaly_id: row.anomaly_id,
    sent_at: row.sent_at?.toISOString() ?? null,
  }))
}

/** The first asked for first. */
export async function listParked(knex: Knex, limit = 50): Promise<ParkedAction[]> {
  const rows = await knex<ActionRow>('actions').where({ state: 'parked' }).orderBy('requested_at').limit(limit)
  return rows.map((row) => ({ ...toAction(row), anomaly_id: row.anomaly_id }))
}

/** False when somebody else has decided it already. */
export async function takeParked(trx: Knex.Transaction, id: string): Promise<boolean> {
  return (await trx<ActionRow>('actions').where({ id, state: 'parked' }).update({ state: 'queued' })) === 1
}

export async function markSent(knex: Knex, id: string, at: Date): Promise<void> {
  await knex<ActionRow>('actions').where({ id, state: 'queued' }).update({ state: 'sent', sent_at: at })
}

export async function markInDoubt(knex: Knex, id: string, detail: string): Promise<void> {
  await knex<ActionRow>('actions').where({ id, state: 'sent' }).update({ state: 'in_doubt', detail })
}

/** False when somebody else has settled it already. */
export async function settleAction(
  trx: Knex.Transaction,
  id: string,
  end: { state: 'succeeded' | 'failed'; at: Date; detail: string },
): Promise<boolean> {
  const changed = await trx<ActionRow>('actions')
    .where({ id })
    .whereIn('state', ['queued', 'sent', 'in_doubt'])
    .update({ state: end.state, settled_at: end.at, detail: end.detail })
  return changed === 1
}

function toAction(row: ActionRow): Action {
  const { id, kind, order_id, payment_id, currency, reason, state, requested_by, requested_by_name, detail } = row
  return {
    id,
    kind,
    order_id,
    payment_id,
    amount: Number(row.amount),
    currency,
    reason,
    state,
    requested_by,
    requested_by_name,
    requested_at: row.requested_at.toISOString(),
    settled_at: row.settled_at?.toISOString() ?? null,
    detail,
  }
}
