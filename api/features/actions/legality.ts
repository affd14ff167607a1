/** Which actions are legal for this person on this order now, and why the others are not. */
import type { Action, ActionBody, ActionRefusal, LegalAction } from '../../contract/actions.ts'
import { may } from '../../contract/permissions.ts'
import type { Person } from '../../contract/session.ts'
import { type Spent, aboveLimit } from './allowance.ts'
import { type OrderFacts, refundedElsewhere } from './order-facts.ts'

export type Case = {
  readonly order: OrderFacts
  readonly person: Person
  readonly past: readonly Action[]
  /** In the order's currency. */
  readonly spent: Spent
}

export function listLegal(one: Case): LegalAction[] {
  const { duplicates } = one.order
  return [
    cancel(one),
    ...(duplicates.length === 0 ? [refundOfNothing(one)] : duplicates.map((duplicate) => refund(one, duplicate))),
  ]
}

/** The one that is asked for, or why it is none. */
export function chooseLegal(
  legal: readonly LegalAction[],
  asked: Pick<ActionBody, 'kind' | 'payment_id' | 'amount'>,
): LegalAction | ActionRefusal {
  const offered = legal.filter(({ kind }) => kind === asked.kind)
  const named =
    asked.payment_id === undefined ? offered[0] : offered.find(({ payment_id }) => payment_id === asked.payment_id)
  const chosen = named ?? offered[0]
  if (chosen === undefined || !chosen.allowed) return (chosen?.reason ?? 'no_duplicate_payment') as ActionRefusal
  if (named === undefined) return 'no_duplicate_payment'
  return asked.amount !== undefined && asked.amount !== named.amount ? 'amount_changed' : named
}

function cancel({ order, person, past }: Case): LegalAction {
  const nothing = { payment_id: '', amount: 0, currency: order.currency, anomaly_id: order.unpaid_anomaly_id }
  return toLegal('cancel_order', nothing, () => {
    if (!may(person, 'orders.cancel')) return 'role_may_not'
    if (order.historic) return 'historic_order'
    if (order.canceled) return 'already_canceled'
    if (past.some((action) => action.kind === 'cancel_order' && action.state !== 'failed')) return 'already_requested'
    if (order.amount_paid > 0) return 'already_paid'
    if (order.shipped) return 'already_shipped'
    return null
  })
}

function refund({ order, person, past, spent }: Case, duplicate: OrderFacts['duplicates'][number]): LegalAction {
  const payment = duplicatePayment(order, duplicate.payment_id)
  const target = {
    payment_id: payment?.payment_id ?? '',
    amount: payment?.amount ?? 0,
    currency: order.currency,
    anomaly_id: duplicate.anomaly_id,
  }
  return toLegal('refund_payment', target, () => {
    if (!may(person, 'payments.refund') || person.money_limit === 0) return 'role_may_not'
    if (order.historic) return 'historic_order'
    if (payment === undefined) return 'no_duplicate_payment'
    const ours = past.filter(
      (action) =>
        action.kind === 'refund_payment' && action.payment_id === payment.payment_id && action.state !== 'failed',
    )
    if (ours.some((action) => action.state === 'succeeded')) return 'already_refunded'
    if (ours.length > 0) return 'already_requested'
    if (refundedElsewhere(order, payment.payment_id) > 0) return 'already_refunded'
    return aboveLimit(payment.amount, person, spent)
  })
}

function refundOfNothing({ order, person, past }: Case): LegalAction {
  return toLegal('refund_payment', { payment_id: '', amount: 0, currency: order.currency, anomaly_id: '' }, () => {
    if (!may(person, 'payments.refund') || person.money_limit === 0) return 'role_may_not'
    const wasOurs = past.some((action) => action.kind === 'refund_payment' && action.state === 'succeeded')
    return wasOurs ? 'already_refunded' : 'no_duplicate_payment'
  })
}

/** The payment the anomaly names; when it names none, the latest capture is the one too many. */
function duplicatePayment(order: OrderFacts, paymentId: string) {
  const captured = order.payments.filter((payment) => payment.status === 'succeeded' && payment.amount > 0)
  if (paymentId !== '') return captured.find((payment) => payment.payment_id === paymentId)
  return captured.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? ''))[0]
}

function toLegal(
  kind: LegalAction['kind'],
  target: Omit<LegalAction, 'kind' | 'allowed' | 'reason'>,
  refuse: () => ActionRefusal | null,
): LegalAction {
  const reason = refuse()
  return { kind, allowed: reason === null, reason: reason ?? '', ...target }
}
