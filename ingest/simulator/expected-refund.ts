/** What detection must find about money and goods on their way back. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import type { Finding, Promised } from './judging.ts'
import { type OrderFacts, type Refund, type Seen, earliest, first, groupBy } from './order-facts.ts'

/** The default allowances; the same numbers as the seed of the rules. */
const allowances = {
  decide: 48 * HOUR,
  sendReturn: 7 * DAY,
  returnScan: 72 * HOUR,
  refundReturn: 48 * HOUR,
  refundReturnAtLast: 5 * DAY,
  sameRefundWithin: 10 * MINUTE,
} as const

export function refundPromises(facts: OrderFacts): Promised[] {
  const { told } = facts
  const about = (start: string, field: string) => [
    ...groupBy(
      told.filter(({ type }) => type.startsWith(start)),
      field,
    ),
  ]
  const returns = about('return.', 'return_id')
  return [
    ...[...about('refund.', 'refund_id'), ...returns].flatMap(([id, events]) => deciding(id, events)),
    ...returns.flatMap(([returnId, events]) => [
      ...sending(returnId, events),
      ...travelling(facts, returnId, events),
      ...payingBack(told, returnId, events),
    ]),
  ]
}

function deciding(attachedTo: string, events: readonly Seen[]): Promised[] {
  const setAt = first(events, 'refund.requested', 'return.requested')
  if (setAt === null) return []
  const decisions = ['approved', 'rejected', 'created', 'succeeded', 'failed', 'received']
  const endedAt = first(events, ...decisions.flatMap((word) => [`refund.${word}`, `return.${word}`]))
  return [
    {
      type: 'refund_request_unanswered',
      attachedTo,
      setAt,
      dueAt: setAt + allowances.decide,
      atRiskShare: 0.5,
      endedAt,
    },
  ]
}

function sending(attachedTo: string, events: readonly Seen[]): Promised[] {
  const setAt = first(events, 'return.approved')
  if (setAt === null) return []
  const endedAt = first(events, 'return.shipped', 'return.received', 'return.inspected', 'return.rejected')
  return [{ type: 'return_not_sent', attachedTo, setAt, dueAt: setAt + allowances.sendReturn, endedAt }]
}

function travelling({ returnParcels }: OrderFacts, returnId: string, events: readonly Seen[]): Promised[] {
  const sent = events.find(({ type }) => type === 'return.shipped')
  if (sent === undefined) return []
  const parcel = returnParcels.find(({ shipmentId }) => shipmentId === sent.data['shipment_id'])
  const arrivedAt = earliest(
    first(events, 'return.received', 'return.inspected', 'return.rejected'),
    parcel?.deliveredAt ?? null,
  )
  const scans = (parcel?.scans ?? []).map(({ at }) => at).filter((at) => at > sent.at)
  const signs = [sent.at, ...scans]
  return signs
    .filter((at) => arrivedAt === null || at < arrivedAt)
    .map((setAt) => ({
      type: 'return_stalled' as const,
      attachedTo: `${returnId}@${setAt}`,
      setAt,
      dueAt: setAt + allowances.returnScan,
      endedAt: earliest(arrivedAt, ...signs.filter((at) => at > setAt)),
    }))
}

function payingBack(told: readonly Seen[], attachedTo: string, events: readonly Seen[]): Promised[] {
  const setAt = first(events, 'return.received')
  const askedAt = events[0]?.at ?? 0
  if (setAt === null) return []
  const refunded = told.filter(
    ({ type, at }) => (type === 'refund.created' || type === 'refund.succeeded') && at >= askedAt,
  )
  const endedAt = earliest(first(events, 'return.rejected'), refunded[0]?.at ?? null)
  return [
    {
      type: 'return_received_not_refunded',
      attachedTo,
      setAt,
      dueAt: setAt + allowances.refundReturn,
      escalateAt: setAt + allowances.refundReturnAtLast,
      endedAt,
    },
  ]
}

export function refundFindings(facts: OrderFacts): Finding[] {
  return [...failedRefunds(facts), ...needlessRefunds(facts)]
}

function failedRefunds({ told, refunds }: OrderFacts): Finding[] {
  const about = groupBy(
    told.filter(({ type }) => type.startsWith('refund.')),
    'refund_id',
  )
  return refunds.flatMap(({ refundId, paymentId }) => {
    const failed = about
      .get(refundId)
      ?.find(
        ({ type, data }) =>
          type === 'refund.failed' || (type === 'refund.updated' && data['status'] === 'requires_action'),
      )
    if (failed === undefined) return []
    const mended = refunds.filter(
      (other) =>
        other.settledAt !== null &&
        other.settledAt >= failed.at &&
        (other.refundId === refundId || other.paymentId === paymentId),
    )
    const clearedAt = earliest(...mended.map(({ settledAt }) => settledAt))
    return [{ type: 'refund_failed', attachedTo: refundId, foundAt: failed.at, escalateAt: null, clearedAt }]
  })
}

function needlessRefunds({ refunds, captures }: OrderFacts): Finding[] {
  const paid = captures.reduce((sum, { amount }) => sum + amount, 0)
  const sent = refunds.flatMap((refund) => (refund.sentAt === null ? [] : [{ ...refund, sentAt: refund.sentAt }]))
  sent.sort((a, b) => a.sentAt - b.sentAt || (a.refundId < b.refundId ? -1 : 1))
  return sent.flatMap((refund, index) => {
    const running = sent.slice(0, index).filter(({ failedAt }) => failedAt === null || failedAt > refund.sentAt)
    const isOver = running.reduce((sum, { amount }) => sum + amount, refund.amount) > paid
    const isDouble = running.some(
      (other) => isSame(other, refund) && refund.sentAt - other.sentAt <= allowances.sameRefundWithin,
    )
    if (paid === 0 || !(isOver || isDouble)) return []
    const { refundId, sentAt, failedAt } = refund
    return [
      {
        type: 'refund_over_or_duplicate',
        attachedTo: refundId,
        foundAt: sentAt,
        escalateAt: null,
        clearedAt: failedAt,
      },
    ]
  })
}

const isSame = (one: Refund, other: Refund): boolean =>
  one.paymentId === other.paymentId && one.amount === other.amount && one.reason === other.reason
