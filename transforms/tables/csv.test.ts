import { expect, test } from 'vitest'
import { writeTable } from './formats.ts'
import { majorUnits } from './money.ts'

const columns = [
  { name: 'order_no', type: 'text' },
  { name: 'amount', type: 'money' },
  { name: 'currency', type: 'code' },
  { name: 'n', type: 'number' },
] as const
const csv = (order_no: string | null, amount: number | null = 0) =>
  writeTable({ name: 'orders', columns, rows: [[order_no, amount, 'CNY', -3]], facts: {} }, 'csv')
    .toString()
    .split('\r\n')[1]

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\0=1', '＝1', '＋1', '－1', '＠x', ' =1'])(
  '%j is text in a spreadsheet, not a formula',
  (text) => {
    expect(csv(text)).toMatch(/^"?'/)
  },
)

test('numbers stay numbers, negative ones too', () => {
  expect(csv('A', -12_345)).toBe('A,-123.45,CNY,-3')
})

test('quotes, commas and line breaks stay within their cell', () => {
  expect(csv('a "b", c\nd')).toBe('"a ""b"", c\nd",0.00,CNY,-3')
})

test('missing values are empty', () => {
  expect(csv(null, null)).toBe(',,CNY,-3')
})

test('amounts are written exactly in the currency’s own decimals', () => {
  expect([
    majorUnits(5, 'CNY'),
    majorUnits(-5, 'BRL'),
    majorUnits(1234, 'JPY'),
    majorUnits(9_007_199_254_740_991, 'USD'),
    majorUnits(100, ''),
    majorUnits(1234.5, 'CNY'),
  ]).toEqual(['0.05', '-0.05', '1234', '90071992547409.91', '1.00', '12.345'])
})
