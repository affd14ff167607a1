/** What a shop's systems do when they are told to: a command and the order as it stands → the events that follow. */
import { type AuthType, type Envelope, orderSubject } from '#ingest/contracts/index.ts'
import { HOUR, MINUTE } from './calendar.ts'
import type { Command } from './command.ts'
import type { Answer, Suppression } from './journal.ts'
import type { OrderFacts } from './order-facts.ts'
import { undoingFacts } from './placing.ts'
import { parcelOf } from './scanning.ts'
import type { SimulatedOrder } from './store.ts'
import type { System } from './timeline.ts'
import { refundChannels } from './catalogue.ts'

export type Situation = {
  readonly command: Command
  readonly order: SimulatedOrder | undefined
  readonly facts: OrderFacts
  readonly nowMs: number
}
export type Reaction = { readonly answers: readonly Answer[]; readonly suppressions: readonly Suppression[] }

/** A provider takes a few seconds to confirm a refund. */
const REFUND_CONFIRM = 4_000

export function reactTo(situation: Situation): Reaction {
  const { command, order } = situation
  if (order === undefined) return refuse(situation, 'unknown_order', `no shop knows an order ${command.order_id}`)
  const known = { ...situation, order }
  switch (command.kind) {
    case 'cancel_order':
      return cancel(known)
    case 'refund_payment':
      return refund(known)
    case 'reship':
      return reship(known)
    case 'notify_buyer':
      return notify(known)
    case 'requery_payment':
      return requery(known)
  }
}

type Known = Situation & { readonly order: SimulatedOrder }
type Step = {
  readonly system: System
  readonly type: string
  readonly data: Record<string, unknown>
  readonly afterMs?: number
}

function cancel(situation: Known): Reaction {
  const { command, order, facts, nowMs } = situation
  if (facts.endedAt !== null) return refuse(situation, 'already_canceled', 'the order is canceled already')
  if (facts.parcels.some((parcel) => parcel.handedOverAt !== null || parcel.scans.length > 0)) {
    return refuse(situation, 'already_shipped', 'the parcel is with the carrier')
  }
  const reason = command.reason ?? 'canceled_by_desk'
  const refunds = facts.captures.flatMap((capture) => {
    const open = capture.amount - refundedOf(facts, capture.paymentId)
    return open > 0 ? refundSteps(situation, capture.paymentId, open, reason) : []
  })
  const steps: Step[] = [
    { system: 'oms', type: 'order.canceled', data: { reason, source_status: 'CLOSED' } },
    ...undoingFacts(order.story, reason).map((fact) => ({ ...fact, afterMs: 300 })),
    ...refunds,
  ]
  return { answers: tell(situation, steps), suppressions: [{ fromMs: nowMs }] }
}

function refund(situation: Known): Reaction {
  const { command, facts, nowMs } = situation
  const capture = facts.captures.find(
    (payment) => payment.paymentId === (command.payment_id ?? facts.captures.at(-1)?.paymentId),
  )
  if (capture === undefined)
    return refuse(situation, 'payment_not_captured', 'there is no captured payment to give back')
  if (command.currency && command.currency !== 'CNY')
    return refuse(situation, 'wrong_currency', `the payment was made in CNY, not ${command.currency}`)
  const open = capture.amount - refundedOf(facts, capture.paymentId)
  const amount = command.amount ?? open
  if (amount <= 0 || amount > open)
    return refuse(
      situation,
      'amount_exceeds_captured',
      `${open} minor units of the payment are left to give back, ${amount} were asked`,
    )
  return {
    answers: tell(situation, refundSteps(situation, capture.paymentId, amount, command.reason ?? 'refunded_by_desk')),
    suppressions: [{ fromMs: nowMs, field: 'payment_id', value: capture.paymentId }],
  }
}

/** Settled and running refunds of a payment. */
function refundedOf({ refunds }: OrderFacts, paymentId: string): number {
  return refunds
    .filter((each) => each.paymentId === paymentId && each.failedAt === null)
    .reduce((sum, each) => sum + each.amount, 0)
}

function refundSteps({ command, order }: Known, paymentId: string, amount: number, reason: string): Step[] {
  const data = {
    refund_id: `RF-${command.command_id}-${paymentId.slice(-1)}`,
    payment_id: paymentId,
    amount,
    currency: 'CNY',
    refund_channel: refundChannels[order.story.basket.method],
    reason,
  }
  return [
    { system: 'payment', type: 'refund.created', data: { ...data, status: 'pending' } },
    { system: 'payment', type: 'refund.succeeded', data: { ...data, status: 'succeeded' }, afterMs: REFUND_CONFIRM },
  ]
}

/** A second parcel; what is left of the first one goes back to the warehouse. */
function reship(situation: Known): Reaction {
  const { command, order, facts, nowMs } = situation
  if (facts.endedAt !== null) return refuse(situation, 'already_canceled', 'the order is canceled')
  if (facts.captures.length === 0) return refuse(situation, 'not_paid', 'the order is not paid')
  const first = parcelOf(order.story)
  const parcel = {
    ...first,
    shipment_id: `${first.shipment_id}-R-${command.command_id}`,
    tracking_no: `${first.tracking_no}R`,
  }
  const work = {
    fulfillment_id: `FF-${order.orderId}-R-${command.command_id}`,
    warehouse_id: order.story.basket.warehouse.id,
  }
  const { hub } = order.story.basket.buyer.region
  const recalled: Step[] = facts.parcels
    .filter((old) => old.deliveredAt === null && old.returnedAt === null)
    .map((old) => ({
      system: 'carrier',
      type: 'shipment.returned',
      data: { ...first, shipment_id: old.shipmentId, status: 'return_to_sender', reason: 'reshipped' },
      afterMs: 2_000,
    }))
  const steps: Step[] = [
    { system: 'wms', type: 'fulfillment.created', data: work },
    ...recalled,
    { system: 'wms', type: 'fulfillment.label_created', data: { ...work, ...parcel }, afterMs: 25 * MINUTE },
    { system: 'wms', type: 'shipment.handed_over', data: { ...work, ...parcel }, afterMs: 2 * HOUR },
    {
      system: 'carrier',
      type: 'shipment.checkpoint',
      data: { ...parcel, status: 'picked_up', location: order.story.basket.warehouse.city },
      afterMs: 5 * HOUR,
    },
    {
      system: 'carrier',
      type: 'shipment.checkpoint',
      data: { ...parcel, status: 'out_for_delivery', location: hub },
      afterMs: 22 * HOUR,
    },
    {
      system: 'carrier',
      type: 'shipment.delivered',
      data: { ...parcel, status: 'delivered', location: hub },
      afterMs: 26 * HOUR,
    },
  ]
  const suppressions = facts.parcels.map((old) => ({
    fromMs: nowMs,
    field: 'shipment_id' as const,
    value: old.shipmentId,
  }))
  return { answers: tell(situation, steps), suppressions }
}

function notify(situation: Known): Reaction {
  const { command, order } = situation
  const data = {
    medium: command.medium ?? 'sms',
    template: command.template ?? command.reason ?? 'order_update',
    recipient_ref: order.story.basket.buyer.id,
  }
  return { answers: tell(situation, [{ system: 'desk', type: 'notification.sent', data }]), suppressions: [] }
}

/** Asking the provider again also gets a refund moving that was stuck there. */
function requery(situation: Known): Reaction {
  const { command, order, facts, nowMs } = situation
  const stuck = facts.refunds.filter((each) => each.settledAt === null && each.failedAt === null)
  const state = facts.captures.length > 0 ? 'succeeded' : facts.failures.length > 0 ? 'failed' : 'unpaid'
  const settled = stuck.map(
    (each): Step => ({
      system: 'payment',
      type: 'refund.succeeded',
      data: {
        refund_id: each.refundId,
        payment_id: each.paymentId,
        amount: each.amount,
        currency: 'CNY',
        refund_channel: each.channel,
        status: 'succeeded',
      },
      afterMs: REFUND_CONFIRM,
    }),
  )
  const data = {
    action: 'requery_payment',
    target: command.payment_id ?? order.orderId,
    before: stuck.length > 0 ? 'refund_pending' : state,
    after: stuck.length > 0 ? 'refund_succeeded' : state,
  }
  return {
    answers: tell(situation, [{ system: 'desk', type: 'operation.performed', data }, ...settled]),
    suppressions: stuck.map((each) => ({
      fromMs: nowMs,
      field: 'payment_id' as const,
      value: each.paymentId,
    })),
  }
}

function refuse(situation: Situation, code: string, explanation: string): Reaction {
  const { command } = situation
  const data = {
    action_id: command.command_id,
    action: command.kind,
    status: 'failed',
    reason_code: code,
    reason: explanation,
  }
  return { answers: tell(situation, [{ system: 'desk', type: 'action.failed', data }]), suppressions: [] }
}

function tell({ command, order, nowMs }: Situation, steps: readonly Step[]): Answer[] {
  const channel = order?.story.basket.channel.name ?? 'unknown'
  const authtype: AuthType = command.auth_type ?? 'unknown'
  return steps.map(({ system, type, data, afterMs = 0 }, index) => {
    const emitAtMs = nowMs + afterMs
    const time = new Date(emitAtMs).toISOString()
    const envelope: Envelope = {
      specversion: '1.0',
      id: `${command.command_id}-${index + 1}`,
      source: `/shop/${channel}/${system}`,
      type: `${type}.v1`,
      subject: orderSubject(command.order_id),
      time,
      recordedtime: time,
      partitionkey: command.order_id,
      correlationid: command.order_id,
      causationid: `action:${command.command_id}`,
      authtype,
      ...(command.requested_by ? { authid: command.requested_by } : {}),
      data,
    }
    return { emitAtMs, envelope }
  })
}
