import { expect, test } from 'vitest'
import { cursorSchema } from './contract/pages.ts'
import { cursorsOf } from './cursor.ts'

const place = ['2026-01-01 00:00:00.000', null, 7, 'ü']

test('a cursor leads back to its place, for the same request only', () => {
  const cursor = cursorsOf(['queue', { view: 'open' }]).write(place) ?? ''
  expect(cursorSchema.safeParse(cursor).success).toBe(true)
  expect(cursorsOf(['queue', { view: 'open' }]).read(cursor)).toEqual(place)
  expect(() => cursorsOf(['queue', { view: 'money' }]).read(cursor)).toThrow('another request')
  expect(() => cursorsOf(['audit', null]).read(cursor)).toThrow('another request')
})

test('a place that was changed by hand is refused, as is everything that is no cursor', () => {
  const cursors = cursorsOf('deliveries')
  const [mark, ...rest] = JSON.parse(Buffer.from(cursors.write(place) ?? '', 'base64url').toString()) as string[]
  const forged = Buffer.from(JSON.stringify([mark, 'elsewhere', ...rest.slice(1)])).toString('base64url')
  for (const text of [
    forged,
    'x',
    'e30',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('null').toString('base64url'),
  ])
    expect(() => cursors.read(text)).toThrow('another request')
})

test('no cursor is the first page, and no place is the end', () => {
  expect([cursorsOf('x').read(undefined), cursorsOf('x').write(null)]).toEqual([undefined, null])
})
