/** For tests: what the simulated store never does. Of two parcels one arrives in time and one comes back; the refund fails. */
import type { Envelope } from '#ingest/contracts/index.ts'

const HOUR = 3_600_000

export function returnedOrder(createdAtMs: number): { envelope: Envelope; emitAtMs: number }[] {
  const order = 'RETURNED-1'
  const amounts = { amount: 9_900, currency: 'CNY' }
  const until = new Date(createdAtMs + 72 * HOUR).toISOString()
  const facts: [hours: number, type: string, data: Record<string, unknown>][] = [
    [
      0,
      'order.created',
      { channel: 'tmall', currency: 'CNY', buyer_id: 'b-1', amount_payable: 9_900, promised_delivery_until: until },
    ],
    [1, 'payment.captured', { payment_id: 'pay-1', method: 'alipay', ...amounts }],
    [10, 'shipment.handed_over', { shipment_id: 'sp-1', carrier_code: 'sf' }],
    [11, 'shipment.handed_over', { shipment_id: 'sp-2', carrier_code: 'sf' }],
    [40, 'shipment.returned', { shipment_id: 'sp-2', carrier_code: 'sf' }],
    [50, 'shipment.delivered', { shipment_id: 'sp-1', carrier_code: 'sf' }],
    [60, 'refund.created', { refund_id: 'rf-1', payment_id: 'pay-1', refund_channel: 'wallet', ...amounts }],
    [61, 'refund.failed', { refund_id: 'rf-1', payment_id: 'pay-1', refund_channel: 'wallet', ...amounts }],
  ]
  return facts.map(([hours, type, data], index) => {
    const emitAtMs = createdAtMs + hours * HOUR
    const time = new Date(emitAtMs).toISOString()
    return {
      emitAtMs,
      envelope: {
        specversion: '1.0',
        id: `returned-${index}`,
        source: '/shop/tmall/oms',
        type: `${type}.v1`,
        subject: `order/${order}`,
        time,
        data,
      },
    }
  })
}
