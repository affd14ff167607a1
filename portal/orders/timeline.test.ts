import { describe, expect, it } from 'vitest'
import type { TimelineEvent } from '#api/contract/orders.ts'
import { disagreementsOf, highlights, isInstant, isMoney, lanesOf, timelineRows } from './timeline.ts'

const anEvent = (lane: string, occurred_at: string, fields: Record<string, string> = {}): TimelineEvent => ({
  event_id: `${lane} ${occurred_at}`,
  source: '/shop/tmall/oms',
  event_type: `${lane}.created`,
  lane,
  occurred_at,
  landed_at: occurred_at,
  auth_type: '',
  auth_id: '',
  causation_id: '',
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
  copies: 1,
})
const events = [
  anEvent('shipment', '2026-11-22T02:00:00Z'),
  anEvent('order', '2026-11-21T22:00:00Z'),
  anEvent('payment', '2026-11-21T22:10:00Z'),
  anEvent('mystery', '2026-11-23T00:00:00Z'),
]

describe('timeline', () => {
  it('keeps lanes in one order', () => expect(lanesOf(events)).toEqual(['order', 'payment', 'shipment', 'mystery']))

  it('orders by time, opens days and measures pauses', () => {
    const rows = timelineRows(events, new Set(['mystery']), (instant) => instant.slice(0, 10))
    expect(rows.map(({ event, newDay, pause }) => [event.lane, newDay, pause])).toEqual([
      ['order', true, null],
      ['payment', false, 600],
      ['shipment', true, 13_800],
    ])
  })

  it('shows the telling fields first', () => {
    const event = anEvent('payment', '2026-11-21T22:10:00Z', {
      payment_id: 'p',
      method: 'alipay',
      failure_code: 'risk',
      amount: '100',
      provider: 'x',
    })
    expect(highlights(event).map(({ name }) => name)).toEqual(['amount', 'failure_code', 'method'])
  })

  it('knows money and instants by name', () =>
    expect([
      isMoney('amount_payable'),
      isMoney('method'),
      isInstant('payment_expires_at'),
      isInstant('promised_ship_by'),
    ]).toEqual([true, false, true, true]))
})

describe('disagreements', () => {
  it('marks each side of what two systems say differently, and nothing else', () => {
    const found = disagreementsOf([
      { anomaly_type: 'cross_system_mismatch', evidence_event_ids: ['canceled', 'captured'] },
      { anomaly_type: 'shipped_after_cancel', evidence_event_ids: ['canceled'] },
      { anomaly_type: 'not_shipped', evidence_event_ids: ['confirmed'] },
    ])
    expect([...found]).toEqual([
      ['canceled', ['cross_system_mismatch', 'shipped_after_cancel']],
      ['captured', ['cross_system_mismatch']],
    ])
  })
})
