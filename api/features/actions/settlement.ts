/** Ends actions by the events the outside systems answered with: an action is done when the world says so, not when we asked. */
import type { Knex } from 'knex'
import type { ActionKind } from '../../contract/actions.ts'
import { appendAudit } from '../audit/audit.ts'
import { portalEvent } from './action-event.ts'
import { listOpenActions, markInDoubt, type OpenAction, settleAction } from './action-store.ts'
import type { Answer, ReadAnswers } from './answers.ts'
import { enqueue } from './outbox.ts'
import { endReservation } from './reservations.ts'

export type SettlementDeps = { readonly knex: Knex; readonly readAnswers: ReadAnswers; readonly now: () => Date }

/** Silence for longer than this is shown as what it is: not known. A late answer still settles the action. */
const DOUBT_AFTER_MS = 10 * 60_000

/** Settles every open action that has its answer; returns how many. */
export async function settleOnce({ knex, readAnswers, now }: SettlementDeps): Promise<number> {
  const open = await listOpenActions(knex)
  const answers = await readAnswers(open)
  let settled = 0
  for (const action of open) {
    const end = endOf(
      action.kind,
      answers.filter((answer) => answer.action_id === action.id),
    )
    if (end !== null) settled += (await settle(knex, action, end, now())) ? 1 : 0
    else if (isSilentTooLong(action, now())) await markInDoubt(knex, action.id, 'no answer from outside yet')
  }
  return settled
}

type End = { readonly state: 'succeeded' | 'failed'; readonly detail: string; readonly eventId: string }

const SUCCESS: Record<ActionKind, string> = { cancel_order: 'order.canceled', refund_payment: 'refund.succeeded' }
const FAILURE: Record<ActionKind, readonly string[]> = {
  cancel_order: ['action.failed'],
  refund_payment: ['refund.failed', 'refund.rejected', 'action.failed'],
}

/** Success wins over failure: a refund that failed once and then went through has been paid. */
export function endOf(kind: ActionKind, answers: readonly Answer[]): End | null {
  const fromOutside = answers.filter((answer) => !answer.source.startsWith('/orderlens/'))
  const success = fromOutside.find((answer) => answer.event_type === SUCCESS[kind])
  if (success !== undefined) return { state: 'succeeded', detail: '', eventId: success.event_id }
  const failure = fromOutside.find((answer) => FAILURE[kind].includes(answer.event_type))
  if (failure !== undefined) return { state: 'failed', detail: failure.detail, eventId: failure.event_id }
  return null
}

async function settle(knex: Knex, action: OpenAction, end: End, at: Date): Promise<boolean> {
  return knex.transaction(async (trx) => {
    if (!(await settleAction(trx, action.id, { state: end.state, at, detail: end.detail }))) return false
    if (action.kind === 'refund_payment') {
      const of = { orderId: action.order_id, paymentId: action.payment_id, amount: action.amount }
      await endReservation(trx, of, end.state === 'succeeded' ? 'refunded' : 'released')
    }
    const status = end.state === 'succeeded' ? 'executed' : 'failed'
    const aggregate = `order/${action.order_id}`
    await enqueue(trx, {
      topic: 'event',
      aggregate,
      messageId: `${action.id}/${status}`,
      payload: portalEvent({ ...action, status }, at),
    })
    await appendAudit(trx, {
      at,
      person: { id: action.requested_by, name: action.requested_by_name },
      verb: `${action.kind}.${end.state}`,
      subject: aggregate,
      orderId: action.order_id,
      detail: { action_id: action.id, by_event: end.eventId, detail: end.detail },
    })
    return true
  })
}

const isSilentTooLong = (action: OpenAction, now: Date) =>
  action.state === 'sent' && action.sent_at !== null && now.getTime() - Date.parse(action.sent_at) > DOUBT_AFTER_MS
