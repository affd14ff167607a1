import { expect, test } from 'vitest'
import { askedOf, readAuditQuery } from './audit-query.ts'

test('days are asked for as they are in the zone of the reader, the last one as a whole', () => {
  const filters = readAuditQuery({
    text: 'wrong size',
    verb: 'view.',
    person: 'p1',
    order: '',
    from: '2026-03-01',
    to: '2026-03-01',
    x: 'y',
  })
  expect(filters).toEqual({ text: 'wrong size', verb: 'view.', person: 'p1', from: '2026-03-01', to: '2026-03-01' })
  expect(askedOf(filters, 'Asia/Shanghai')).toEqual({
    text: 'wrong size',
    verb: 'view.',
    person_id: 'p1',
    from: '2026-02-28T16:00:00.000Z',
    to: '2026-03-01T16:00:00.000Z',
  })
})

test('what is no day is not asked for', () => {
  expect(readAuditQuery({ from: '2026-13-45', to: 'yesterday', order: ['a', 'b'] })).toEqual({})
})
