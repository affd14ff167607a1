import { expect, test } from 'vitest'
import { parseHttpBatch } from './http-batch.ts'

const required = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/erp', 'ce-type': 'order.created' }
const parse = (headers: Record<string, string>, body = 'anything') => parseHttpBatch(Buffer.from(body), headers)
const headersOf = (headers: Record<string, string>, body?: string): unknown => {
  const batch = parse(headers, body)
  if (batch.kind === 'rejected') return batch.reason
  expect(batch.format).toBe('cloudevents.binary')
  return JSON.parse(batch.messages[0]?.headers ?? 'null')
}

test('the attributes come from the headers, the body stays as it is, whatever it is', () => {
  const batch = parse({ ...required, 'ce-subject': 'order/7', 'content-type': 'text/xml', cookie: 'x' }, '<x/>\n')
  expect(batch).toMatchObject({
    kind: 'accepted',
    format: 'cloudevents.binary',
    messages: [{ value: Buffer.from('<x/>\n') }],
  })
  expect(headersOf({ ...required, 'ce-subject': 'order/7', 'content-type': 'text/xml', cookie: 'x' })).toEqual({
    specversion: '1.0',
    id: '1',
    source: '/erp',
    type: 'order.created',
    subject: 'order/7',
    'content-type': 'text/xml',
  })
})

test.each([
  ['order/%E8%8C%B6%2F1', 'order/茶/1'],
  ['"a \\"b\\" c"', 'a "b" c'],
  [Buffer.from('order/茶').toString('latin1'), 'order/茶'],
  ['100%', '100%'],
  ['%ff', '%ff'],
])('the attribute %s is %s', (given, expected) => {
  expect(headersOf({ ...required, 'ce-subject': given })).toMatchObject({ subject: expected })
})

test.each([
  [{ 'ce-id': '1' }, 'needs the headers ce-specversion, ce-source, ce-type'],
  [{ ...required, 'ce-type': '' }, 'needs the headers ce-type'],
])('an incomplete event says what is missing', (headers, words) => {
  expect(parse(headers as Record<string, string>)).toMatchObject({
    kind: 'rejected',
    status: 400,
    reason: expect.stringContaining(words) as string,
  })
})

test('structured mode wins over headers, and a foreign ce- header alone is no event', () => {
  const structured = parse({ ...required, 'content-type': 'application/cloudevents+json' }, '{}')
  expect(structured).toMatchObject({ format: 'cloudevents' })
  expect(parse({ 'ce-other': 'x', 'content-type': 'application/json' }, '{}')).toMatchObject({ format: 'cloudevents' })
})

test('no header becomes a prototype', () => {
  expect(JSON.stringify(headersOf({ ...required, 'ce-__proto__': 'x' }))).toContain('"__proto__":"x"')
})
