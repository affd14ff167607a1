import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BODY_BYTES, parseHttpBatch } from './http-batch.ts'

const texts = (body: string | Buffer, type: string | undefined) => {
  const batch = parseHttpBatch(Buffer.from(body as string), type)
  return batch.kind === 'accepted' ? batch.messages.map((message) => message.toString()) : batch
}

describe('bodies that are taken', () => {
  test('one object keeps its bytes, spaces inside included', () => {
    expect(texts('  {"a": 1.0,\n "b":"é"}\n', 'application/cloudevents+json')).toEqual(['{"a": 1.0,\n "b":"é"}'])
  })

  test('an array is cut at its objects and nothing is written anew', () => {
    const body = '[ {"a":"],{\\"\\\\"} ,\n{"b":[{"c":[]}], "n":1e2}, {} ]'
    expect(texts(body, 'application/json; charset=utf-8')).toEqual([
      '{"a":"],{\\"\\\\"}',
      '{"b":[{"c":[]}], "n":1e2}',
      '{}',
    ])
  })

  test('lines stand for themselves: a broken one does not touch its neighbours', () => {
    expect(texts('{"a":1}\r\n\n  not json \n{"b":2}', 'application/x-ndjson')).toEqual([
      '{"a":1}',
      'not json',
      '{"b":2}',
    ])
  })

  test('a byte order mark is no part of the first message', () => {
    expect(texts('\ufeff{"a":1}', 'application/json')).toEqual(['{"a":1}'])
  })

  test('any array of objects comes apart into the same objects', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(objects, fc.nat({ max: 3 }), (given, indent) => {
        const parts = texts(JSON.stringify(given, null, indent), 'application/cloudevents-batch+json') as string[]
        expect(parts.map((part) => JSON.parse(part) as unknown)).toEqual(JSON.parse(JSON.stringify(given)))
      }),
    )
  })
})

describe('bodies that are refused whole, with a reason', () => {
  test.each([
    ['{"a":1', 'application/json', 400, 'not JSON'],
    ['', 'application/json', 400, 'empty'],
    ['[]', 'application/json', 400, 'no message'],
    ['5', 'application/json', 400, 'expected a JSON object'],
    ['[{"a":1},2]', 'application/json', 400, 'element 1'],
    ['\n\n', 'application/x-ndjson', 400, 'no message'],
    ['{"a":1}', 'text/plain', 415, '"text/plain" came'],
    ['{"a":1}', undefined, 415, 'no content type'],
    ['{}\n'.repeat(50_001), 'application/x-ndjson', 413, '50001 messages'],
  ])('%.12s as %s', (body, type, status, reason) => {
    expect(texts(body, type)).toMatchObject({
      kind: 'rejected',
      status,
      reason: expect.stringContaining(reason) as string,
    })
  })

  test('bytes that are not UTF-8', () => {
    const batch = parseHttpBatch(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json')
    expect(batch).toMatchObject({ kind: 'rejected', status: 400, reason: 'the body is not UTF-8 text' })
  })

  test('a body above the limit', () => {
    expect(parseHttpBatch(Buffer.alloc(MAX_BODY_BYTES + 1), 'application/json')).toMatchObject({ status: 413 })
  })

  test('nesting a million deep ends in an answer, not in a crash', () => {
    const deep = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`
    expect(['accepted', 'rejected']).toContain(parseHttpBatch(Buffer.from(deep), 'application/json').kind)
  })
})
