import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BODY_BYTES, MAX_DEPTH, parseHttpBatch } from './http-batch.ts'
import { deeperThan } from './http-depth.ts'

const parse = (body: Buffer, type: string | undefined) => parseHttpBatch(body, { 'content-type': type })

const texts = (body: string | Buffer, type: string | undefined) => {
  const batch = parse(Buffer.from(body as string), type)
  return batch.kind === 'accepted' ? batch.messages.map((message) => message.value.toString()) : batch
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
    const batch = parse(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json')
    expect(batch).toMatchObject({ kind: 'rejected', status: 400, reason: 'the body is not UTF-8 text' })
  })

  test('a body above the limit', () => {
    expect(parse(Buffer.alloc(MAX_BODY_BYTES + 1), 'application/json')).toMatchObject({ status: 413 })
  })

  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  test.each([
    ['application/json', nested(MAX_DEPTH), 'accepted'],
    ['application/json', `[${nested(MAX_DEPTH)}]`, 'accepted'],
    ['application/x-ndjson', `{}\n${nested(MAX_DEPTH)}`, 'accepted'],
    ['application/json', nested(MAX_DEPTH + 1), 'the body is nested deeper than 64 levels'],
    ['application/json', `[${nested(MAX_DEPTH + 1)}]`, 'the body is nested deeper than 64 levels'],
    ['application/x-ndjson', `{}\n${nested(MAX_DEPTH + 1)}`, 'message 2 is nested deeper than 64 levels'],
    ['application/x-ndjson', '['.repeat(1_000_000), 'message 1 is nested deeper than 64 levels'],
    ['application/json', nested(1_000_000), 'the body is nested deeper than 64 levels'],
    ['application/json', '{"a":'.repeat(1_000_000), 'the body is nested deeper than 64 levels'],
  ])('depth as %s: %.20s', (type, body, outcome) => {
    const batch = parse(Buffer.from(body), type)
    expect(batch.kind === 'accepted' ? batch.kind : batch.reason).toBe(outcome)
  })

  test('eight megabytes of brackets are refused in a moment', () => {
    const startedAt = performance.now()
    parse(Buffer.alloc(MAX_BODY_BYTES, '{"a":'), 'application/json')
    parse(Buffer.alloc(MAX_BODY_BYTES, '"'), 'application/json')
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  test('depth is counted as a parser would count it', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 7 }), (value, most) => {
        expect(deeperThan(Buffer.from(JSON.stringify(value)), most)).toBe(depthOf(value) > most)
      }),
    )
  })
})
