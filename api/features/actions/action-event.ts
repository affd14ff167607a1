/** Our own deeds as events: they come back through the front door and are counted like everybody else's. */

export type ActionFact = {
  readonly id: string
  readonly kind: string
  readonly order_id: string
  readonly payment_id: string
  readonly amount: number
  readonly currency: string
  readonly reason: string
  readonly anomaly_id: string
  readonly requested_by: string
  readonly status: 'approved' | 'executed' | 'failed'
}

/** A CloudEvent of type `action.<status>`; its id makes landing it twice harmless. */
export function portalEvent(fact: ActionFact, at: Date): Record<string, unknown> {
  const { id, kind, order_id, payment_id, amount, currency, reason, anomaly_id, requested_by, status } = fact
  return {
    specversion: '1.0',
    id: `${id}/${status}`,
    source: '/orderlens/portal',
    type: `action.${status}.v1`,
    subject: `order/${order_id}`,
    time: at.toISOString(),
    causationid: `action:${id}`,
    authtype: 'user',
    authid: requested_by,
    data: {
      action_id: id,
      action: kind,
      status,
      reason,
      ...(anomaly_id === '' ? {} : { anomaly_id }),
      ...(payment_id === '' ? {} : { payment_id, amount, currency }),
    },
  }
}
