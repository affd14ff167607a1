import { expect, test } from 'vitest'
import { setBy } from './promise.ts'

test.each([
  ['{"given":"rule","allowance_s":"172800"}', '24x7', { given: false, allowance: 172_800, calendar: '' }],
  ['{"given":"order","allowance_s":"0"}', '24x7', { given: true, allowance: 0, calendar: '' }],
  ['{"given":"rule","allowance_s":"3600"}', 'shop', { given: false, allowance: 3_600, calendar: 'shop' }],
  ['no JSON', '24x7', { given: false, allowance: 0, calendar: '' }],
])('%s in %s', (threshold_snapshot, calendar, expected) => {
  expect(setBy({ threshold_snapshot, calendar })).toEqual(expected)
})
