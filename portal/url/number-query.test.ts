import { expect, it } from 'vitest'
import { numberRequest, readNumber, writeNumber } from './number-query.ts'

it('survives the way there and back', () => {
  const state = {
    descriptor: 'eyJ2.c2ln',
    value: 0.25,
    n: 12,
    part: 'denominator' as const,
    sort: 'opened_at',
    descending: false,
    offset: 50,
  }
  expect(readNumber(writeNumber(state) as never)).toEqual(state)
  expect(numberRequest(state)).toEqual({
    descriptor: 'eyJ2.c2ln',
    limit: 25,
    part: 'denominator',
    sort: 'opened_at',
    ascending: '1',
    offset: 50,
  })
})

it('is no number without a descriptor, and leaves out what it cannot read', () => {
  for (const query of [{}, { descriptor: '' }, { descriptor: null }, { descriptor: ['a', 'b'] }])
    expect(readNumber(query)).toBeNull()
  const mangled = { descriptor: 'a.b', value: 'many', n: '', part: 'half', sort: '', ascending: 'yes', offset: '-3' }
  expect(readNumber(mangled)).toEqual({ descriptor: 'a.b' })
})
