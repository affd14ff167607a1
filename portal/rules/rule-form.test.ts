import { expect, it } from 'vitest'
import type { RuleVersion } from '#api/contract/rules.ts'
import { formOf, proposalOf, unitOf } from './rule-form.ts'

const base: RuleVersion = {
  rule: 'not_shipped',
  kind: 'ship_by',
  category: 'fulfillment',
  rule_row: 'not_shipped:1',
  is_own: true,
  version: 3,
  channel: 'tmall',
  region: '*',
  payment_method: '*',
  carrier: '*',
  product_category: '*',
  currency: 'JPY',
  amount_from: 5_000,
  amount_until: null,
  promotion: '*',
  calendar: 'default',
  allowance_s: 129_600,
  at_risk_share: 0.8,
  escalate_factor: 2,
  tolerance_minor: 0,
  limit_count: 0,
  window_s: 0,
  valid_from: null,
  valid_until: null,
  threshold_source: 'contract',
  saved_by_name: 'Ann',
  saved_at: '2026-01-01T00:00:00.000Z',
}
const zone = 'Asia/Shanghai'
const nowMs = Date.UTC(2026, 10, 27, 12)

it('opens with the rule as it stands, and gives back the next version of it', () => {
  const form = formOf(base, zone, nowMs)
  expect(form).toMatchObject({
    allowance: 36,
    unit: 'hours',
    amountFrom: '5000',
    region: '',
    validFrom: '2026-11-27T20:00',
  })
  expect(proposalOf(form, { base, isRetired: false, zone })).toMatchObject({
    rule_row: 'not_shipped:1',
    expected_version: 3,
    draft: {
      channel: 'tmall',
      region: '*',
      amount_from: 5_000,
      amount_until: null,
      allowance_s: 129_600,
      at_risk_share: 0.8,
      tolerance_minor: null,
      limit_count: null,
      valid_from: '2026-11-27T12:00:00.000Z',
      valid_until: null,
    },
  })
})

it('a default is changed by a rule that is new', () => {
  const proposal = proposalOf(formOf({ ...base, is_own: false }, zone, nowMs), {
    base: { ...base, is_own: false },
    isRetired: false,
    zone,
  })
  expect(proposal).toMatchObject({ rule_row: null, expected_version: 0, draft: { note: '' } })
})

it.each([
  [1_800, 'minutes'],
  [7_200, 'hours'],
  [172_800, 'days'],
  [0, 'minutes'],
])('%d seconds are told in %s', (seconds, unit) => expect(unitOf(seconds)).toBe(unit))
