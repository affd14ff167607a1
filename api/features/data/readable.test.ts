import { expect, test } from 'vitest'
import type { RawMessage } from '#transforms/query/health-dead.ts'
import { readable } from './readable.ts'

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')
const message = (value: string | Buffer, over: Partial<RawMessage> = {}): RawMessage => ({
  topic: 't',
  partition: 0,
  epoch: 'e',
  offset: '1',
  format: 'cloudevents',
  batch_id: 'b',
  headers: '',
  key: base64('k'),
  value: base64(value),
  value_bytes: Buffer.byteLength(value),
  broker_at: '',
  landed_at: '',
  ...over,
})

test('JSON is laid out without touching a digit or a string', () => {
  const shown = readable(message('{"a":12345678901234567890.10,"b":["x,{y}",{}],"c":[]}'), false)
  expect(shown.shown_as).toBe('json')
  expect(shown.value).toBe('{\n  "a": 12345678901234567890.10,\n  "b": [\n    "x,{y}",\n    {}\n  ],\n  "c": []\n}')
})

test('what is text is shown as text, what is neither as bytes', () => {
  expect(readable(message('not { json'), false)).toMatchObject({ shown_as: 'text', value: 'not { json' })
  expect(readable(message(Buffer.from([0xff, 0xfe, 0x41])), false)).toMatchObject({
    shown_as: 'bytes',
    value: expect.stringMatching(/^000000 {2}ff fe 41 +\.\.A$/),
  })
  expect(readable(message(Buffer.from('a\0b')), false)).toMatchObject({ shown_as: 'bytes' })
  expect(readable(message(''), false)).toMatchObject({ shown_as: 'text', value: '', truncated: false })
})

test('a cut message says so, even when the cut falls inside a character', () => {
  const cut = Buffer.from('价格').subarray(0, 4)
  expect(readable(message(cut, { value_bytes: 70_000 }), false)).toMatchObject({
    shown_as: 'text',
    value: '价',
    truncated: true,
  })
})

test('headers are laid out', () => {
  expect(readable(message('x', { headers: base64('{"x-topic":"a"}') }), false).headers).toBe('{\n  "x-topic": "a"\n}')
})

test('unless asked with a reason, what is personal is hidden, and bytes that are no text are hidden whole', () => {
  const sent = readable(message('{"email":"wang@example.com","n":1}', { key: base64('wang@example.com') }), true)
  expect(sent).toMatchObject({
    value: '{\n  "email": "w•••@example.com",\n  "n": 1\n}',
    key: 'w•••@example.com',
    is_hidden: true,
  })
  expect(readable(message(Buffer.from([0, 255])), true)).toMatchObject({
    value: '',
    shown_as: 'bytes',
    is_hidden: true,
  })
  expect(readable(message('{"n":1}'), true).is_hidden).toBe(false)
})
