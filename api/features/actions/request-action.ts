/**
 * Takes an action on. One transaction writes the idempotency key, the action, its reservation of money, the message to
 * the outside, the event and the audit entry: either all of it happened or nothing. By facts that were kept nothing leaves:
 * the action is parked until somebody can look at the order.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Action, ActionBody, ActionRefusal, LegalAction } from '../../contract/actions.ts'
import { ApiError } from '../../errors.ts'
import type { Principal } from '../../feature.ts'
import { appendAudit } from '../audit/audit.ts'
import { NOTHING_SPENT } from './allowance.ts'
import { findAction, insertAction, listActions } from './action-store.ts'
import { letLeave } from './leaving.ts'
import { chooseLegal, listLegal } from './legality.ts'
import { refusalNow } from './may-still.ts'
import { type OrderFacts, refundedElsewhere } from './order-facts.ts'
import { reserve } from './reservations.ts'

export type ActionRequest = {
  readonly person: Principal
  readonly order: OrderFacts
  readonly body: ActionBody
  readonly key: string
  /** Of what instant the facts are, where nobody could look at the order now. */
  readonly keptAt?: string | null
}
export type Taken = { readonly action: Action; readonly replayed: boolean }

export async function requestAction(
  { knex, now }: { knex: Knex; now: () => Date },
  request: ActionRequest,
): Promise<Taken> {
  const hash = hashOf(request)
  const before = await replay(knex, request, hash)
  if (before !== null) return { action: before, replayed: true }

  const legal = requireLegal(request, await listActions(knex, request.order.order_id))
  const id = randomUUID()
  const outcome = await knex.transaction(async (trx): Promise<'taken' | 'known'> => {
    if (!(await lockKey(trx, request)))
      throw new ApiError('idempotency_in_flight', 'the same request is being worked on; ask again in a moment', {
        retryAfterSeconds: 1,
      })
    const { rows } = await trx.raw(
      'insert into action_idempotency (person_id, key, request_hash) values (?, ?, ?) on conflict do nothing returning key',
      [request.person.id, request.key, hash],
    )
    if (rows.length === 0) return 'known'
    await write(trx, { ...request, legal, id, at: now() })
    return 'taken'
  })
  const action = outcome === 'taken' ? await findAction(knex, id) : await replay(knex, request, hash)
  if (action === null) throw new ApiError('internal', 'the action was taken on but cannot be read')
  return { action, replayed: outcome === 'known' }
}

/** The action this key already made; an error when the key was used for something else. */
async function replay(knex: Knex, { person, key }: ActionRequest, hash: string): Promise<Action | null> {
  const known = await knex('action_idempotency').where({ person_id: person.id, key }).first('request_hash', 'action_id')
  if (known === undefined) return null
  if (known.request_hash !== hash) {
    throw new ApiError(
      'idempotency_mismatch',
      'this idempotency-key was used for another request; use a new key for a new action',
    )
  }
  return findAction(knex, known.action_id)
}

function requireLegal({ person, order, body }: ActionRequest, past: readonly Action[]): LegalAction {
  // What was moved before is summed up where no other action can come between: `requireMayStill`.
  const chosen = chooseLegal(listLegal({ order, person, past, spent: NOTHING_SPENT }), body)
  if (typeof chosen === 'string') throw refused(chosen)
  return chosen
}

type Writing = ActionRequest & { readonly legal: LegalAction; readonly id: string; readonly at: Date }

async function write(trx: Knex.Transaction, writing: Writing): Promise<void> {
  const { person, order, body, legal, id, at, keptAt = null } = writing
  await requireMayStill(trx, writing)
  if (legal.kind === 'refund_payment') await reserveRefund(trx, writing)
  const action = {
    id,
    kind: legal.kind,
    order_id: order.order_id,
    buyer_id: order.buyer_id,
    payment_id: legal.payment_id,
    amount: legal.amount,
    currency: legal.currency,
    reason: body.reason,
    anomaly_id: legal.anomaly_id,
    requested_by: person.id,
    requested_by_name: person.name,
    requested_at: at,
  }
  const state = keptAt === null ? 'queued' : 'parked'
  await onUniqueViolation('already_requested', () => insertAction(trx, action, state))
  await trx('action_idempotency').where({ person_id: person.id, key: writing.key }).update({ action_id: id })
  if (keptAt === null) await letLeave(trx, action, at)
  const detail = {
    action_id: id,
    payment_id: legal.payment_id,
    amount: legal.amount,
    currency: legal.currency,
    reason: body.reason,
    anomaly_id: legal.anomaly_id,
    ...(keptAt !== null && { by_facts_of: keptAt }),
  }
  await appendAudit(trx, {
    at,
    person,
    verb: `${legal.kind}.requested`,
    subject: `order/${order.order_id}`,
    orderId: order.order_id,
    detail,
  })
}

async function requireMayStill(trx: Knex.Transaction, { person, order, legal, at }: Writing): Promise<void> {
  const reason = await refusalNow(trx, { person, buyerId: order.buyer_id, legal, at })
  if (reason !== null) throw refused(reason)
}

async function reserveRefund(trx: Knex.Transaction, { order, legal }: Writing): Promise<void> {
  const captured = order.payments.find((payment) => payment.payment_id === legal.payment_id)?.amount ?? 0
  const isReserved = await reserve(trx, {
    orderId: order.order_id,
    paymentId: legal.payment_id,
    currency: legal.currency,
    captured,
    elsewhere: refundedElsewhere(order, legal.payment_id),
    amount: legal.amount,
  })
  if (!isReserved) throw refused('already_refunded')
}

/** False while another connection holds the same key: that request has not ended yet. */
async function lockKey(trx: Knex.Transaction, { person, key }: ActionRequest): Promise<boolean> {
  const { rows } = await trx.raw('select pg_try_advisory_xact_lock(hashtextextended(?, 1)) as mine', [
    `${person.id} ${key}`,
  ])
  return rows[0].mine
}

async function onUniqueViolation(reason: ActionRefusal, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if ((error as { code?: unknown }).code === '23505') throw refused(reason)
    throw error
  }
}

const WORDS: Record<ActionRefusal, string> = {
  role_may_not: 'your role may not do this',
  historic_order: 'this order is history that was imported; nothing outside can be told to change it',
  already_requested: 'this has already been requested and is under way',
  already_canceled: 'the order is canceled already',
  already_paid: 'the order is paid; only unpaid orders are canceled here',
  already_shipped: 'the goods have left the warehouse',
  no_duplicate_payment: 'no payment of this order is a duplicate',
  already_refunded: 'this payment has been refunded already',
  above_limit: 'the amount is above your limit',
  above_day_limit: 'with it you would move more within 24 hours than you may',
  above_customer_limit: 'with it this customer would be given more within 30 days than you may give',
  amount_changed: 'the amount is not what you were shown; look again before deciding',
}

const refused = (reason: ActionRefusal) => new ApiError('action_refused', WORDS[reason], { reason })

function hashOf({ order, body }: ActionRequest): string {
  const canonical = JSON.stringify([
    order.order_id,
    body.kind,
    body.payment_id ?? null,
    body.amount ?? null,
    body.reason,
  ])
  return createHash('sha256').update(canonical).digest('hex')
}
