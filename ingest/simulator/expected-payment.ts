/** What detection must find about payments that are under way, failed or taken back. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import type { Finding, Promised } from './judging.ts'
import { type OrderFacts, type Seen, earliest, first, groupBy } from './order-facts.ts'

/** The default allowances; the same numbers as the seed of the rules. */
const allowances = {
  settle: 30 * MINUTE,
  settleByBank: DAY,
  updateOrder: 5 * MINUTE,
  authorization: 7 * DAY,
  captureBeforeLapse: DAY,
  answerDispute: 18 * DAY,
  answerBeforeDue: 2 * DAY,
  failuresWithin: HOUR,
  failures: 3,
} as const

export function paymentPromises(facts: OrderFacts, paidAt: number | null): Promised[] {
  const payments = [
    ...groupBy(
      facts.told.filter(({ type }) => type.startsWith('payment.')),
      'payment_id',
    ),
  ]
  return [
    ...payments.flatMap(([paymentId, events]) => settling(facts, paymentId, events)),
    ...payments.flatMap(([paymentId, events]) => capturing(facts, paymentId, events)),
    ...updating(facts, paidAt),
  ]
}

function settling({ endedAt }: OrderFacts, paymentId: string, events: readonly Seen[]): Promised[] {
  const setAt = first(events, 'payment.processing')
  if (setAt === null) return []
  const isBank = events.some(({ data }) => data['method'] === 'bank_transfer')
  const settledAt = first(
    events,
    'payment.succeeded',
    'payment.captured',
    'payment.failed',
    'payment.voided',
    'payment.expired',
  )
  const dueAt = setAt + (isBank ? allowances.settleByBank : allowances.settle)
  return [
    { type: 'payment_stuck_processing', attachedTo: paymentId, setAt, dueAt, endedAt: earliest(settledAt, endedAt) },
  ]
}

function capturing({ endedAt }: OrderFacts, paymentId: string, events: readonly Seen[]): Promised[] {
  const authorized = events.find(({ type }) => type === 'payment.authorized')
  if (authorized === undefined) return []
  const { due_at: given } = authorized.data
  const lapsesAt = typeof given === 'string' ? Date.parse(given) : authorized.at + allowances.authorization
  const doneAt = first(events, 'payment.succeeded', 'payment.captured', 'payment.voided', 'payment.expired')
  return [
    {
      type: 'authorization_expiring',
      attachedTo: paymentId,
      setAt: authorized.at,
      dueAt: lapsesAt - allowances.captureBeforeLapse,
      escalateAt: lapsesAt,
      endedAt: earliest(doneAt, endedAt),
    },
  ]
}

const WAITS = 'WAIT_BUYER_PAY'

/** The shop said that it waits for the money, and says otherwise once it works on the order. */
function updating({ told, orderId, endedAt }: OrderFacts, paidAt: number | null): Promised[] {
  const words = told.filter(({ type }) => type.startsWith('order.'))
  if (paidAt === null || !words.some(({ data }) => data['source_status'] === WAITS)) return []
  const later = told.filter(
    ({ type, data }) =>
      type === 'order.confirmed' ||
      type === 'order.completed' ||
      (type.startsWith('order.') && (data['source_status'] ?? WAITS) !== WAITS) ||
      ((type.startsWith('fulfillment.') || type.startsWith('shipment.')) && type !== 'shipment.checkpoint'),
  )
  const dueAt = paidAt + allowances.updateOrder
  return [
    {
      type: 'paid_order_not_updated',
      attachedTo: orderId,
      setAt: paidAt,
      dueAt,
      endedAt: earliest(endedAt, later[0]?.at ?? null),
    },
  ]
}

export function paymentFindings(facts: OrderFacts): Finding[] {
  return [...repeatedFailures(facts), ...disputes(facts)]
}

function repeatedFailures({ told, captures, endedAt, orderId }: OrderFacts): Finding[] {
  const failures = told.filter(({ type }) => type === 'payment.failed')
  const last = failures.find((failure, index) => {
    const earlier = failures[index - allowances.failures + 1]
    return earlier !== undefined && failure.at - earlier.at <= allowances.failuresWithin
  })
  if (last === undefined || captures.some(({ at }) => at <= last.at)) return []
  const clearedAt = earliest(...captures.map(({ at }) => at), endedAt)
  return [{ type: 'payment_failed_repeated', attachedTo: orderId, foundAt: last.at, escalateAt: null, clearedAt }]
}

const waitsForAnswer = ({ data }: Seen): boolean => (data['status'] ?? 'needs_response') === 'needs_response'

function disputes({ told }: OrderFacts): Finding[] {
  const events = told.filter(({ type }) => type.startsWith('dispute.'))
  return [...groupBy(events, 'dispute_id')].flatMap(([disputeId, about]) => {
    const opened = about.find(({ type }) => type === 'dispute.opened')
    if (opened === undefined || !waitsForAnswer(opened)) return []
    const answered = about.find(
      (event) => event.type === 'dispute.closed' || (event.type === 'dispute.updated' && !waitsForAnswer(event)),
    )
    const { due_at: given } = opened.data
    const escalateAt =
      typeof given === 'string' ? Date.parse(given) - allowances.answerBeforeDue : opened.at + allowances.answerDispute
    return [
      {
        type: 'dispute_opened',
        attachedTo: disputeId,
        foundAt: opened.at,
        escalateAt,
        clearedAt: answered?.at ?? null,
      },
    ]
  })
}
