/** What leaves with an action that is decided: the command, and then our own event of it. */
import type { Knex } from 'knex'
import type { Action } from '../../contract/actions.ts'
import { portalEvent } from './action-event.ts'
import { enqueue } from './outbox.ts'

export type Leaving = Pick<
  Action,
  'id' | 'kind' | 'order_id' | 'payment_id' | 'amount' | 'currency' | 'reason' | 'requested_by'
> & { readonly anomaly_id: string }

/** Once: the outbox takes a message of one id no second time. */
export async function letLeave(trx: Knex.Transaction, action: Leaving, at: Date): Promise<void> {
  const aggregate = `order/${action.order_id}`
  await enqueue(trx, { topic: 'command', aggregate, messageId: action.id, payload: toCommand(action, at) })
  const payload = portalEvent({ ...action, status: 'approved' }, at)
  await enqueue(trx, { topic: 'event', aggregate, messageId: `${action.id}/approved`, payload })
}

function toCommand(action: Leaving, at: Date) {
  const money =
    action.kind === 'refund_payment'
      ? { payment_id: action.payment_id, amount: action.amount, currency: action.currency }
      : {}
  const { id, kind, order_id, reason, requested_by } = action
  return { command_id: id, kind, order_id, ...money, reason, requested_by, auth_type: 'user', at: at.toISOString() }
}
