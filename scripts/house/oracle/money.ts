/** The ledger of one order: payments and refunds, each merged from all that was said about its id. */
import {
  type Told,
  byInstant,
  byThing,
  first,
  firstAt,
  isAbout,
  latest,
  numberOf,
  ofTypes,
  sum,
  textOf,
} from './told.ts'

const SUCCESS = ['payment.captured', 'payment.succeeded']

export type Payment = {
  readonly payment_id: string
  readonly method: string
  readonly provider: string
  readonly status: string
  readonly amount: number
  /** When it was first captured. */
  readonly at: number | null
  readonly failed_at: number | null
  readonly failure_code: string
  readonly event_id: string
}

export function paymentsOf(events: readonly Told[]): Payment[] {
  return byThing(events.filter(isAbout('payment')), 'payment_id')
    .map(([payment_id, about]) => {
      const captures = ofTypes(about, ...SUCCESS)
      return {
        payment_id,
        method: textOf(about, 'method'),
        provider: textOf(about, 'provider'),
        status: paymentStatus(about),
        // What was captured is what was paid, whatever else is said of the attempt.
        amount: numberOf(captures, 'amount') ?? numberOf(about, 'amount') ?? 0,
        at: captures[0]?.at ?? null,
        failed_at: firstAt(about, 'payment.failed'),
        failure_code: textOf(about, 'failure_code'),
        event_id: (captures[0] ?? first(about, 'payment.failed'))?.id ?? '',
      }
    })
    .sort(
      byInstant(
        ({ payment_id }) => payment_id,
        ({ at }) => at,
        ({ failed_at }) => failed_at,
      ),
    )
}

/** Money that came stays; else an attempt is over when it was given up; else a failure stands until it is tried again. */
function paymentStatus(about: readonly Told[]): string {
  if (first(about, ...SUCCESS) !== undefined) return 'succeeded'
  if (first(about, 'payment.voided', 'payment.expired') !== undefined) return 'canceled'
  const failedAt = ofTypes(about, 'payment.failed').at(-1)?.at ?? -Infinity
  const isSince = (type: string): boolean => ofTypes(about, type).some(({ at }) => at > failedAt)
  if (isSince('payment.authorized')) return 'requires_capture'
  return failedAt === -Infinity || isSince('payment.processing') ? 'processing' : 'failed'
}

export const captured = (payments: readonly Payment[]): (Payment & { at: number })[] =>
  payments.flatMap((payment) => (payment.at === null ? [] : [{ ...payment, at: payment.at }]))

export type Refund = {
  readonly refund_id: string
  readonly payment_id: string
  readonly amount: number
  readonly status: string
  readonly channel: string
  readonly requested_at: number
  readonly settled_at: number | null
  readonly failed_at: number | null
  readonly failure_reason: string
  readonly event_id: string
  readonly settled_event_id: string
  readonly causation_id: string
  readonly auth_type: string
  readonly reason: string
  /** When the seller had agreed. */
  readonly begun_at: number | null
  /** When the provider knew. */
  readonly sent_at: number | null
}

export function refundsOf(events: readonly Told[]): Refund[] {
  return byThing(events.filter(isAbout('refund')), 'refund_id')
    .map(([refund_id, about]) => {
      const settled = first(about, 'refund.succeeded')
      // The provider's word names no cause; whoever asked for the refund does.
      const caused = latest(about.filter(({ causation }) => causation !== ''))
      return {
        refund_id,
        payment_id: textOf(about, 'payment_id'),
        amount: numberOf(ofTypes(about, 'refund.succeeded'), 'amount') ?? numberOf(about, 'amount') ?? 0,
        status: refundStatus(about),
        channel: textOf(about, 'refund_channel'),
        requested_at: about[0]?.at ?? NaN,
        settled_at: settled?.at ?? null,
        failed_at: firstAt(about, 'refund.failed', 'refund.rejected'),
        failure_reason: textOf(about, 'failure_reason'),
        event_id: about[0]?.id ?? '',
        settled_event_id: settled?.id ?? '',
        causation_id: caused?.causation ?? '',
        auth_type: caused?.auth ?? '',
        reason: textOf(about, 'reason'),
        begun_at: firstAt(
          about,
          'refund.approved',
          'refund.created',
          'refund.updated',
          'refund.succeeded',
          'refund.failed',
        ),
        sent_at: firstAt(about, 'refund.created', 'refund.succeeded'),
      }
    })
    .sort(
      byInstant(
        ({ refund_id }) => refund_id,
        ({ requested_at }) => requested_at,
      ),
    )
}

function refundStatus(about: readonly Told[]): string {
  if (first(about, 'refund.succeeded') !== undefined) return 'succeeded'
  if (first(about, 'refund.failed') !== undefined) return 'failed'
  if (first(about, 'refund.rejected') !== undefined) return 'canceled'
  return textOf(about, 'status') === 'requires_action' ? 'requires_action' : 'pending'
}

export const settled = (refunds: readonly Refund[]): (Refund & { settled_at: number })[] =>
  refunds
    .flatMap((refund) => (refund.settled_at === null ? [] : [{ ...refund, settled_at: refund.settled_at }]))
    .sort((a, b) => a.settled_at - b.settled_at)

/** When sums that come in one after another first reach a total; null when they never do. */
export function reachedAt(amounts: readonly { at: number; amount: number }[], total: number): number | null {
  const inTime = [...amounts].sort((a, b) => a.at - b.at)
  const reaching = inTime.find(
    ({ at }) => sum(inTime.filter((other) => other.at <= at).map((other) => other.amount)) >= total,
  )
  return reaching?.at ?? null
}
