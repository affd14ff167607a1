/** Anomalies of orders by what they have in common with others. */
import { DAY, HOUR, ITS_ORDER, MINUTE, SECOND, type Told, paid, placed } from './test-cases.ts'
import { aFamily } from './test-family.ts'

const line = (sku: string, line_id: string, quantity = 1) => ({ line_id, sku, name: sku, quantity, amount: 5_000 })
const basket = (agoMs: number, data: Record<string, unknown> = {}): Told =>
  placed(agoMs, { buyer_id: ITS_ORDER, lines: [line('a', '1'), line('b', '2')], ...data })
/** The same in another order, as a shop may tell it. */
const sameBasket = (agoMs: number): Told => basket(agoMs, { lines: [line('b', '1'), line('a', '2')] })
const coupon = { coupon_id: ITS_ORDER, amount: 700 }
const used = (agoMs: number): Told => ['coupon.redeemed', -agoMs, coupon]
const authorized = (agoMs: number): Told => [
  'payment.authorized',
  -agoMs,
  { payment_id: 'p1', amount: 10_000, currency: 'CNY', method: 'card' },
]

const fact = { attachedTo: ITS_ORDER, exposure: 10_000, isForeseen: false } as const
const duplicate = { ...fact, type: 'duplicate_order', threshold: { rule: 'duplicate_order', window_s: '600' } } as const
const reuse = {
  ...fact,
  type: 'coupon_anomaly',
  exposure: 700,
  threshold: { rule: 'coupon_anomaly_reuse', limit_count: '1' },
} as const

export const linkedFamily = aFamily(
  [
    {
      ...duplicate,
      told: [basket(0), paid(0)],
      beside: [sameBasket(10 * MINUTE), paid(9 * MINUTE)],
      evidence: [0],
      evidenceBeside: [0],
      clears: ['order.canceled'],
    },
    {
      ...duplicate,
      of: 'paid-later',
      told: [basket(8 * MINUTE), authorized(7 * MINUTE)],
      beside: [sameBasket(9 * MINUTE), paid(0)],
      evidence: [0],
      evidenceBeside: [0],
      clears: ['order.closed'],
      clearsBeside: true,
    },
    {
      ...duplicate,
      of: 'meant',
      told: [basket(0), paid(0)],
      beside: [sameBasket(MINUTE), paid(MINUTE)],
      evidence: [0],
      evidenceBeside: [0],
      clears: ['operation.performed', { action: 'keep_both' }],
      clearsBeside: true,
    },
    {
      ...reuse,
      of: 'used-again',
      told: [placed(HOUR), paid(HOUR), used(0)],
      beside: [placed(20 * DAY), paid(20 * DAY), used(20 * DAY)],
      attachedTo: '@reuse',
      evidence: [2],
      evidenceBeside: [2],
      clears: ['coupon.returned', coupon],
    },
    {
      ...reuse,
      of: 'given-back',
      told: [placed(HOUR), paid(HOUR), used(0)],
      beside: [placed(DAY), paid(DAY), used(DAY)],
      attachedTo: '@reuse',
      evidence: [2],
      evidenceBeside: [2],
      clears: ['coupon.returned', coupon],
      clearsBeside: true,
    },
  ],
  [
    {
      type: 'duplicate_order',
      why: 'a millisecond more than ten minutes lie between',
      told: [basket(0), paid(0)],
      beside: [sameBasket(10 * MINUTE + 1), paid(10 * MINUTE)],
    },
    {
      type: 'duplicate_order',
      why: 'one article more is ordered',
      told: [basket(0), paid(0)],
      beside: [basket(MINUTE, { lines: [line('a', '1'), line('b', '2', 2)] }), paid(MINUTE)],
    },
    {
      type: 'duplicate_order',
      why: 'it goes elsewhere',
      told: [basket(0), paid(0)],
      beside: [basket(MINUTE, { region: 'elsewhere' }), paid(MINUTE)],
    },
    {
      type: 'duplicate_order',
      why: 'another buyer has the same',
      told: [basket(0), paid(0)],
      beside: [basket(MINUTE, { buyer_id: 'somebody' }), paid(MINUTE)],
    },
    {
      type: 'duplicate_order',
      why: 'the first was given up before the second was placed',
      told: [basket(0), paid(0)],
      beside: [sameBasket(9 * MINUTE), paid(8 * MINUTE), ['order.canceled', -MINUTE]],
    },
    { type: 'duplicate_order', why: 'nobody paid the first', told: [basket(0), paid(0)], beside: [sameBasket(MINUTE)] },
    {
      type: 'duplicate_order',
      why: 'the first was changed since',
      told: [basket(0), paid(0)],
      beside: [
        sameBasket(2 * MINUTE),
        paid(2 * MINUTE),
        ['order.updated', -SECOND, { lines: [line('b', '1', 3)], amount_payable: 15_000 }],
      ],
    },
    {
      type: 'coupon_anomaly',
      why: 'the other order gave the coupon back before',
      told: [placed(HOUR), paid(HOUR), used(0)],
      beside: [placed(DAY), paid(DAY), used(DAY), ['coupon.returned', -SECOND, coupon]],
    },
    {
      type: 'coupon_anomaly',
      why: 'the other order only set it aside',
      told: [placed(HOUR), paid(HOUR), used(0)],
      beside: [placed(DAY), ['coupon.locked', -DAY, coupon]],
    },
  ],
)
