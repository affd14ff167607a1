import { expect, it } from 'vitest'
import { size } from './size.ts'

it('names sizes by thousands, with a digit where it matters', () => {
  expect([0, 999, 1_234, 76_182_761_472, 4.2e12].map((bytes) => size(bytes, 'en'))).toEqual([
    '0 B',
    '999 B',
    '1.2 kB',
    '76 GB',
    '4.2 TB',
  ])
  expect(size(1_234_000, 'zh')).toMatch(/1\.2/)
})
