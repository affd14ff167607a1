/** Events by HTTP, from the request to the rows of a real warehouse. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventContracts } from '#ingest/contracts/index.ts'
import { createLanding } from '#ingest/landing.ts'
import { LandingError } from '#ingest/landing/errors.ts'
import { errorSchema } from '../../contract/errors.ts'
import { type TestDoors, openTestDoors } from './test-doors.ts'

const key = 'k'.repeat(32)
const example = [...eventContracts.values()][0]?.example
let doors: TestDoors
let isFull = false
const room = {
  require: () => {
    if (isFull) throw new LandingError('NO_ROOM', 'the disk is nearly full')
  },
}

beforeAll(async () => {
  doors = await openTestDoors(
    { INGEST_API_KEYS: `erp:${key}, wms:${'w'.repeat(32)}` },
    { createLanding: (warehouse) => createLanding(warehouse, { room }) },
  )
})
afterAll(() => doors.close())

const send = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  doors.app.inject({
    method: 'POST',
    url: '/ingest/events',
    payload,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', ...headers },
  })
const valuesOf = async (topic = 'http/erp') => (await doors.rows(topic)).map((row) => row['value'])

describe('what is taken', () => {
  test('lines are landed byte for byte under the name of their key, and the answer says where', async () => {
    const reply = await send('{"a": 1}\n{broken\n')
    expect([reply.statusCode, reply.json()]).toEqual([202, { topic: 'http/erp', first: '0', last: '1', messages: 2 }])
    expect(await valuesOf()).toEqual(['{"a": 1}', '{broken'])
  })

  test('structured, batch and array', async () => {
    for (const [type, body, messages] of [
      ['application/cloudevents+json', ' {"one": 1}', 1],
      ['application/cloudevents-batch+json; charset=utf-8', '[{"two": 2},{"three":3}]', 2],
      ['application/json', '[{"four": 4}]', 1],
    ] as const)
      expect((await send(body, { 'content-type': type })).json()).toMatchObject({ messages })
    expect((await valuesOf()).slice(-4)).toEqual(['{"one": 1}', '{"two": 2}', '{"three":3}', '{"four": 4}'])
  })

  test('binary mode: the attributes land as headers, the data as it came', async () => {
    const reply = await send('{"a": 1.0}', {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'bin-1',
      'ce-source': '/erp',
      'ce-type': 'order.created',
      'ce-subject': 'order/%E8%8C%B6',
      cookie: 'secret=1',
    })
    expect(reply.statusCode).toBe(202)
    const row = (await doors.rows('http/erp')).at(-1)
    expect(row).toMatchObject({ format: 'cloudevents.binary', value: '{"a": 1.0}' })
    expect(JSON.parse(String(row?.['headers']))).toEqual({
      specversion: '1.0',
      id: 'bin-1',
      source: '/erp',
      type: 'order.created',
      subject: 'order/茶',
      'content-type': 'application/json',
    })
  })

  test('the same event in both modes becomes the same event', async () => {
    const { data, ...attributes } = example as unknown as Record<string, unknown>
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]))
    await send(JSON.stringify(example), { 'content-type': 'application/cloudevents+json' })
    await send(JSON.stringify(data), { 'content-type': 'application/json', ...headers })
    await doors.landing().settled()
    const events = await doors.warehouse.queryRows(
      "select event_id, source, event_type, order_id from events where topic = 'http/erp'",
    )
    expect(events).toHaveLength(2)
    expect(events[0]).toEqual(events[1])
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('%s', async (encoding, compress) => {
    expect((await send(compress(`{"packed":"${encoding}"}`), { 'content-encoding': encoding })).statusCode).toBe(202)
    expect((await valuesOf()).at(-1)).toBe(`{"packed":"${encoding}"}`)
  })

  test('many small requests share inserts', async () => {
    const before = doors.batches()
    const replies = await Promise.all(Array.from({ length: 40 }, (_, n) => send(`{"n":${n}}`)))
    expect(new Set(replies.map((reply) => reply.json<{ first: string }>().first)).size).toBe(40)
    expect(doors.batches() - before).toBeLessThanOrEqual(3)
  })

  test('keys have streams of their own', async () => {
    await send('{"of":"wms"}', { authorization: `Bearer ${'w'.repeat(32)}` })
    expect(await valuesOf('http/wms')).toEqual(['{"of":"wms"}'])
  })
})

describe('a batch id', () => {
  const body = '{"batch":1}\n{"batch":2}'
  const rowsOf = async (marker: string) => (await valuesOf()).filter((value) => String(value).includes(marker))

  test('the same again is answered as before, also after a restart and by the other name of the header', async () => {
    const first = await send(body, { 'idempotency-key': 'batch-1' })
    expect([first.statusCode, first.json(), first.headers['idempotent-replayed']]).toEqual([
      202,
      { topic: 'http/erp', first: '0', last: '1', messages: 2 },
      undefined,
    ])
    await doors.restart()
    for (const headers of [{ 'idempotency-key': 'batch-1' }, { 'x-batch-id': 'batch-1' }]) {
      const again = await send(body, headers)
      expect([again.statusCode, again.json(), again.headers['idempotent-replayed']]).toEqual([
        200,
        first.json(),
        'true',
      ])
    }
    expect(await rowsOf('"batch"')).toHaveLength(2)
  })

  test('other content under the same id is refused, by whatever process', async () => {
    for (const payload of ['{"batch":1}', `${body}\n{"batch":3}`, '{"batch":2}\n{"batch":1}']) {
      const reply = await send(payload, { 'idempotency-key': 'batch-1' })
      expect([reply.statusCode, reply.json()]).toEqual([
        409,
        expect.objectContaining({ code: 'conflict', reason: 'batch_id_reused' }),
      ])
    }
    expect(await rowsOf('"batch"')).toHaveLength(2)
  })

  test('the same bytes packed otherwise are the same content', async () => {
    const reply = await send(gzipSync('[{"batch":1},\n {"batch":2}]'), {
      'idempotency-key': 'batch-1',
      'content-encoding': 'gzip',
      'content-type': 'application/json',
    })
    expect(reply.statusCode).toBe(200)
  })

  test('killed between landing and answer: the repeat to a new process finds it landed', async () => {
    doors.fate('dies after')
    const first = await send('{"killed":"after"}', { 'idempotency-key': 'batch-2' })
    expect([first.statusCode, first.json().code, first.headers['retry-after']]).toEqual([503, 'unavailable', '2'])
    await doors.restart()
    const again = await send('{"killed":"after"}', { 'idempotency-key': 'batch-2' })
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([200, 'true'])
    expect((await send('{"killed":"other"}', { 'idempotency-key': 'batch-2' })).statusCode).toBe(409)
    expect(await rowsOf('"killed"')).toEqual(['{"killed":"after"}'])
  })

  test('killed before it landed: the repeat lands it', async () => {
    doors.fate('dies before')
    expect((await send('{"early":1}', { 'idempotency-key': 'batch-3' })).statusCode).toBe(503)
    await doors.restart()
    expect((await send('{"early":1}', { 'idempotency-key': 'batch-3' })).statusCode).toBe(202)
    expect(await rowsOf('"early"')).toHaveLength(1)
  })

  test('twenty at once: one lands, the others wait for it', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => send('{"crowd":1}', { 'idempotency-key': 'batch-4' })),
    )
    expect(replies.map((reply) => reply.statusCode).sort((a, b) => a - b)).toEqual([
      ...Array<number>(19).fill(200),
      202,
    ])
    expect(await rowsOf('"crowd"')).toHaveLength(1)
  })

  test('belongs to its key', async () => {
    const authorization = `Bearer ${'w'.repeat(32)}`
    expect((await send('{"mine":1}', { 'idempotency-key': 'batch-1', authorization })).statusCode).toBe(202)
  })

  test.each([
    ['two that differ', { 'idempotency-key': 'a', 'x-batch-id': 'b' }],
    ['none inside', { 'idempotency-key': '' }],
    ['too long', { 'idempotency-key': 'x'.repeat(256) }],
    ['odd signs', { 'idempotency-key': 'é' }],
  ])('%s: refused', async (_name, headers) => {
    const reply = await send('{"odd":1}', headers as Record<string, string>)
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'invalid_input'])
    expect(await rowsOf('"odd"')).toEqual([])
  })
})

test('while the disk is nearly full nothing is taken, its sender is told when to come again, and then it is taken once', async () => {
  isFull = true
  for (const headers of [{}, { 'idempotency-key': 'full-1' }]) {
    const refused = await send('{"full":1}', headers as Record<string, string>)
    expect([refused.statusCode, refused.json(), refused.headers['retry-after']]).toEqual([
      503,
      expect.objectContaining({ code: 'unavailable', reason: 'disk_full' }),
      '60',
    ])
  }
  isFull = false
  expect((await send('{"full":1}', { 'idempotency-key': 'full-1' })).statusCode).toBe(202)
  expect((await valuesOf()).filter((value) => value === '{"full":1}')).toHaveLength(1)
})

describe('what is refused, with nothing landed', () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, '{"a":1}\n'))
  const json = { 'content-type': 'application/json' }
  test.each([
    ['no key', '{}', { authorization: '' }, 401, 'ingest_key_refused'],
    ['a wrong key', '{}', { authorization: 'Bearer nope' }, 401, 'ingest_key_refused'],
    ['a key cut short', '{}', { authorization: `Bearer ${key.slice(1)}` }, 401, 'ingest_key_refused'],
    ['a foreign type', '{}', { 'content-type': 'text/html' }, 415, 'unsupported_media_type'],
    ['a form', '{}', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['broken JSON', '{', json, 400, 'invalid_input'],
    ['nothing', '', {}, 400, 'invalid_input'],
    ['deep JSON', deep, json, 400, 'invalid_input'],
    ['deep JSON in a line', deep, {}, 400, 'invalid_input'],
    ['more than 8 MB', 'x'.repeat(8_400_000), {}, 413, 'body_too_large'],
    ['more than 8 MB unpacked', bomb, { 'content-encoding': 'gzip' }, 413, 'body_too_large'],
    ['too many', '{}\n'.repeat(50_001), {}, 413, 'body_too_large'],
    ['bytes that do not unpack', '{}', { 'content-encoding': 'gzip' }, 400, 'invalid_input'],
    ['cut off', gzipSync('{}').subarray(0, 12), { 'content-encoding': 'gzip' }, 400, 'invalid_input'],
    ['an unknown encoding', '{}', { 'content-encoding': 'lzma' }, 415, 'unsupported_media_type'],
    ['encodings on one another', '{}', { 'content-encoding': 'gzip, br' }, 415, 'unsupported_media_type'],
    ['half an event in binary mode', '{}', { ...json, 'ce-id': '1' }, 400, 'invalid_input'],
  ] as const)('%s', async (_name, payload, headers, status, code) => {
    const before = (await valuesOf()).length
    const reply = await send(payload as string, headers)
    expect([reply.statusCode, reply.json().code]).toEqual([status, code])
    expect(errorSchema.safeParse(reply.json()).success).toBe(true)
    expect(await valuesOf()).toHaveLength(before)
  })

  test.each([
    'application/json\t; charset=utf-8',
    'APPLICATION/JSON',
    ' application/json',
    'application/json;',
    'application/json,text/plain',
    'application/ json',
    'json',
    '*/*',
    'multipart/form-data; boundary=x',
    'application/cloudevents+avro',
  ])('the content type %j is understood or refused, never let past', async (type) => {
    const reply = await send('{broken', { 'content-type': type })
    expect([400, 415]).toContain(reply.statusCode)
  })

  test('a session opens no door here', async () => {
    const headers = { ...(await doors.as('admin')), 'content-type': 'application/json' }
    expect((await doors.app.inject({ method: 'POST', url: '/ingest/events', payload: '{}', headers })).statusCode).toBe(
      401,
    )
  })

  test('requests are counted, without anything of what was in them', async () => {
    expect(
      await doors.metric('orderlens_ingest_requests_total{door="events",name="",outcome="key_refused"}'),
    ).toBeGreaterThan(2)
    expect(await doors.metric('orderlens_ingest_requests_total{door="events",name="erp",outcome="conflict"}')).toBe(4)
    expect(await doors.metric('orderlens_ingest_messages_total{door="events",name="erp"}')).toBeGreaterThan(40)
  })
})

test('over a real connection: a body that never ends is answered and closed, a bomb as well', async () => {
  const address = new URL(await doors.app.listen({ host: '127.0.0.1', port: 0 }))
  const talk = async (head: string, body: (write: (chunk: Buffer) => Promise<boolean>) => Promise<void>) => {
    const socket = connect(Number(address.port), '127.0.0.1')
    let answer = ''
    let isClosed = false
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => (isClosed = true))
    await once(socket, 'connect')
    socket.write(`POST /ingest/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n${head}\r\n\r\n`)
    await body(async (chunk) => {
      if (isClosed || answer !== '') return false
      if (!socket.write(chunk))
        await new Promise((resolve) => void socket.once('drain', resolve).once('close', resolve))
      return true
    })
    if (!isClosed) await once(socket, 'close')
    return answer
  }
  const chunk = Buffer.alloc(65_536, 'x')
  const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])
  const chunked = 'content-type: application/x-ndjson\r\ntransfer-encoding: chunked'
  const long = await talk(chunked, async (write) => {
    for (let n = 0; n < 200; n += 1) await write(framed)
    await write(Buffer.from('0\r\n\r\n'))
  })
  expect(long).toMatch(/^HTTP\/1.1 413 [\s\S]*body_too_large/)
  let chunks = 0
  await talk(chunked, async (write) => {
    while (await write(framed)) chunks += 1
  })
  expect(chunks * chunk.length).toBeLessThan(64 * 1024 * 1024)
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  const head = `content-type: application/x-ndjson\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}`
  expect(await talk(head, async (write) => void (await write(bomb)))).toMatch(/^HTTP\/1.1 413 [\s\S]*body_too_large/)
  expect((await send('{"still":"here"}')).statusCode).toBe(202)
})
