import { expect, it } from 'vitest'
import { otherOrders, thresholdParts } from './threshold.ts'

it('a promise tells its allowance and where it comes from, not the names of machines', () => {
  const snapshot =
    '{"rule":"order_unpaid_timeout","row":"default:*","holds_for":"*","allowance_s":"1800","calendar":"24x7","given":"order","at_risk_share":"0.8","source":"30 min"}'
  expect(thresholdParts(snapshot)).toEqual([
    { name: 'allowance_s', as: 'span', value: 1800 },
    { name: 'at_risk_share', as: 'share', value: 0.8 },
    { name: 'source', as: 'text', value: '30 min' },
  ])
})

it('a mismatch tells its amounts, also those that are zero', () => {
  const snapshot =
    '{"rule":"payment_amount_mismatch","allowance_s":"0","tolerance_minor":"0","payable":"48700","paid":"47269","calendar":"office","holds_for":"channel tmall"}'
  expect(thresholdParts(snapshot)).toEqual([
    { name: 'tolerance_minor', as: 'money', value: 0 },
    { name: 'payable', as: 'money', value: 48_700 },
    { name: 'paid', as: 'money', value: 47_269 },
    { name: 'calendar', as: 'text', value: 'office' },
    { name: 'holds_for', as: 'text', value: 'channel tmall' },
  ])
})

it('a gateway tells what it refused against what is usual', () => {
  const snapshot =
    '{"rule":"payment_failed_repeated_gateway","gateway":"wechat","refusals":"8","attempts":"20","usual":"0.1","at_most":"0.3012","allowance_s":"0","limit_count":"0","holds_for":"*"}'
  expect(thresholdParts(snapshot)).toEqual([
    { name: 'refusals', as: 'count', value: 8 },
    { name: 'attempts', as: 'count', value: 20 },
    { name: 'usual', as: 'share', value: 0.1 },
    { name: 'at_most', as: 'share', value: 0.3012 },
    { name: 'gateway', as: 'text', value: 'wechat' },
  ])
})

it.each(['', '{}', 'null', '12', 'not JSON'])('%o tells nothing', (text) => expect(thresholdParts(text)).toEqual([]))

it('other orders are those that it names, if any', () => {
  expect(otherOrders('{"rule":"duplicate_order","other_orders":"a, b"}')).toEqual(['a', 'b'])
  expect(otherOrders('{"rule":"not_shipped"}')).toEqual([])
})
