import { expect, it } from 'vitest'
import { readFilter, readGroup, writeGroup } from './dead-letter-query.ts'

it('reads the filters of an address and nothing else', () => {
  expect(readFilter({ tab: 'dead', reason: 'wrong_type', topic: '', cured: '1', format: ['a', 'b'] })).toEqual({
    reason: 'wrong_type',
    cured: '1',
  })
})

it('reads back the group it wrote, and nothing from a mangled address', () => {
  const group = {
    reason: 'wrong_type',
    topic: 'webhook/shop',
    format: 'shopify',
    path: '$.data.x',
    cured: '0' as const,
  }
  expect(readGroup(writeGroup(group))).toEqual(group)
  for (const text of ['', '{', '[]', '["a"]', '[1,2,3,4,5]', null, ['a'], 'x'.repeat(5_000)])
    expect(readGroup(text)).toBeNull()
})
