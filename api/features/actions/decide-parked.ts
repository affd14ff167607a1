/**
 * Decides what was asked for while the warehouse was away, by the facts as they are now, when these have caught up. Either it
 * goes the way of every action, or it ends with the reason why not; nothing leaves by what was kept
 * ([ADR 27](../../../docs/adr/0027-actions-wait-for-facts.md)).
 */
import type { Knex } from 'knex'
import { isAway } from '#warehouse/errors.ts'
import type { ActionRefusal } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'
import { appendAudit } from '../audit/audit.ts'
import type { People } from '../people/people.ts'
import { type ParkedAction, listActions, listParked, settleAction, takeParked } from './action-store.ts'
import { NOTHING_SPENT } from './allowance.ts'
import { letLeave } from './leaving.ts'
import { chooseLegal, listLegal } from './legality.ts'
import { refusalNow } from './may-still.ts'
import { type OrderFacts, refundedElsewhere } from './order-facts.ts'
import type { ReadFacts } from './read-facts.ts'
import { endReservation, reserve } from './reservations.ts'

export type ParkedDeps = {
  readonly knex: Knex
  readonly people: Pick<People, 'byId'>
  readonly readFacts: ReadFacts
  /** Whether what happened until this instant is in the data, as far as that can be known. */
  readonly isCaughtUp: (until: Date) => Promise<boolean>
  readonly now: () => Date
  readonly log: { warn(details: object, message: string): void }
}

/** Returns how many were decided; those that cannot be yet stay. */
export async function decideParkedOnce(deps: ParkedDeps): Promise<number> {
  let decided = 0
  for (const action of await listParked(deps.knex)) {
    try {
      if (!(await deps.isCaughtUp(new Date(action.requested_at)))) break
      decided += (await decide(deps, action)) ? 1 : 0
    } catch (cause) {
      // Nobody can look yet.
      if (isAway(cause)) break
      deps.log.warn({ err: cause, action: action.id }, 'actions: a parked one could not be decided; tried again')
    }
  }
  return decided
}

async function decide({ knex, people, readFacts, now }: ParkedDeps, action: ParkedAction): Promise<boolean> {
  const person = await people.byId(action.requested_by)
  const order = person === null ? null : await readFacts(action.order_id, person.scope)
  const at = now()
  const refusalOf = async (trx: Knex.Transaction): Promise<ActionRefusal | null> => {
    if (person === null || order === null) return 'role_may_not'
    return (await refusalByFacts(trx, action, person, order)) ?? (await refusalByNow(trx, action, order, at))
  }
  return knex.transaction(async (trx) => {
    // The person is held first, as whoever asks for an action does: two that hold in another order could wait for each other.
    const reason = await refusalOf(trx)
    if (!(await takeParked(trx, action.id))) return false
    if (reason === null) await letLeave(trx, action, at)
    else await end(trx, action, reason, at)
    await appendAudit(trx, {
      at,
      person: { id: action.requested_by, name: action.requested_by_name },
      verb: `${action.kind}.${reason === null ? 'released' : 'failed'}`,
      subject: `order/${action.order_id}`,
      orderId: action.order_id,
      detail: { action_id: action.id, ...(reason !== null && { detail: reason }) },
    })
    return true
  })
}

async function refusalByFacts(
  knex: Knex,
  action: ParkedAction,
  person: Person,
  order: OrderFacts,
): Promise<ActionRefusal | null> {
  const past = (await listActions(knex, action.order_id)).filter(({ id }) => id !== action.id)
  const { kind, payment_id, amount } = action
  const asked = kind === 'refund_payment' ? { kind, payment_id, amount } : { kind }
  const chosen = chooseLegal(listLegal({ order, person, past, spent: NOTHING_SPENT }), asked)
  return typeof chosen === 'string' ? chosen : null
}

async function refusalByNow(
  trx: Knex.Transaction,
  action: ParkedAction,
  order: OrderFacts,
  at: Date,
): Promise<ActionRefusal | null> {
  const { id, order_id, payment_id, currency, kind } = action
  const reason = await refusalNow(trx, {
    person: { id: action.requested_by },
    buyerId: order.buyer_id,
    legal: action,
    at,
    besides: id,
  })
  if (reason !== null || kind !== 'refund_payment') return reason
  // Its money was set aside when it was asked for; what left elsewhere since counts as well.
  const captured = order.payments.find((payment) => payment.payment_id === payment_id)?.amount ?? 0
  const elsewhere = refundedElsewhere(order, payment_id)
  const is = { orderId: order_id, paymentId: payment_id, currency, captured, elsewhere, amount: 0 }
  return (await reserve(trx, is)) ? null : 'already_refunded'
}

async function end(trx: Knex.Transaction, action: ParkedAction, reason: ActionRefusal, at: Date): Promise<void> {
  await settleAction(trx, action.id, { state: 'failed', at, detail: reason })
  if (action.kind !== 'refund_payment') return
  const of = { orderId: action.order_id, paymentId: action.payment_id, amount: action.amount }
  await endReservation(trx, of, 'released')
}
