import { expect, test } from 'vitest'
import { listMilestones, type Promises } from './milestones.ts'

const now = new Date('2026-01-03T00:00:00Z')
const anOrder = (facts: Partial<Promises> = {}): Promises => ({
  created_at: '2026-01-01T00:00:00Z',
  paid_at: null,
  label_created_at: null,
  handed_over_at: null,
  first_scan_at: null,
  delivered_at: null,
  canceled_at: null,
  payment_expires_at: '2026-01-01T00:30:00Z',
  promised_ship_by: '2026-01-04T00:00:00Z',
  promised_delivery_until: null,
  ...facts,
})
const statesOf = (facts: Partial<Promises>) => listMilestones(anOrder(facts), now).map((milestone) => milestone.state)

test.each([
  [
    'a promise that passed is overdue, one ahead waits',
    {},
    ['done', 'overdue', 'waiting', 'waiting', 'waiting', 'waiting'],
  ],
  [
    'a fact after its promise is late',
    { paid_at: '2026-01-01T00:31:00Z' },
    ['done', 'late', 'waiting', 'waiting', 'waiting', 'waiting'],
  ],
  [
    'what a later fact passed over is skipped',
    { paid_at: '2026-01-01T00:30:00Z', first_scan_at: '2026-01-02T00:00:00Z' },
    ['done', 'done', 'skipped', 'skipped', 'done', 'waiting'],
  ],
  [
    'nothing more is expected of a canceled order',
    { canceled_at: '2026-01-01T01:00:00Z' },
    ['done', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped'],
  ],
] as const)('%s', (_name, facts, states) => {
  expect(statesOf(facts)).toEqual(states)
})
