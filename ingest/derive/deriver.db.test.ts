/** From landed bytes to events for every kind of format; dead letters, replays, breakers and unreadable messages. */
import { describe, expect, test } from 'vitest'
import { eventContracts } from '../contracts/index.ts'
import { createLanding } from '../landing.ts'
import { createLander } from '../landing/lander.ts'
import { createRawStore } from '../landing/store.ts'
import type { Mapping } from '../mappings/mapping.ts'
import { replay } from '../replay.ts'
import { createBreaker } from './breaker.ts'
import { createDeriver } from './deriver.ts'
import { writeBreaker } from './ledger.ts'
import { derivations } from './relations.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { example, lines, testLanding } from './test-landing.ts'

const { warehouse, landing, land, rows, conserved } = testLanding()

const DATA = '{"payment_id":"p1","amount":5,"currency":"CNY"}'

describe('a mapped format', () => {
  test('one message may become several events, a dead letter, or concern no order', async () => {
    await land('lines', 'lines', [
      `payment.captured|order/1|${DATA}|2`,
      'payout|x|{}|1',
      `no.such.event|order/1|${DATA}|1`,
      `payment.captured|order/1|{"payment_id":"p2"}|2`,
      'later|order/1|{}|0',
      'payment.captured|order/1|{}|0',
    ])
    expect(
      await rows(
        "select toUInt32(offset) as o, ordinal, order_id from events where topic = 'lines' order by o, ordinal",
      ),
    ).toEqual([
      { o: 0, ordinal: 0, order_id: '1' },
      { o: 0, ordinal: 1, order_id: '1' },
    ])
    expect(
      await rows(
        "select toUInt32(offset) as o, ordinal, reason, path, value like '%|%' as whole from dead_letters final where topic = 'lines' order by o, ordinal",
      ),
    ).toEqual([
      { o: 2, ordinal: 0, reason: 'unknown_event_type', path: '$', whole: 1 },
      { o: 3, ordinal: 0, reason: 'missing_attribute', path: '$.data.amount', whole: 1 },
      { o: 3, ordinal: 1, reason: 'missing_attribute', path: '$.data.amount', whole: 1 },
      { o: 4, ordinal: 0, reason: 'unknown_event_type', path: '$', whole: 1 },
      { o: 5, ordinal: 0, reason: 'unmapped', path: '$', whole: 1 },
    ])
    expect(await rows("select toUInt32(offset) as o, kind from set_aside where topic = 'lines'")).toEqual([
      { o: 1, kind: 'payout.paid' },
    ])
    await conserved('lines')
  })
})

test('the attributes of a CloudEvent may travel beside its data', async () => {
  const { data, ...attributes } = { ...eventContracts.get('payment.captured')?.example } as Record<string, unknown>
  const kafka = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]))
  await land('binary', 'cloudevents.binary', [JSON.stringify(data)], JSON.stringify({ ...kafka, trace: 'x' }))
  await land(
    'binary',
    'cloudevents.binary',
    [JSON.stringify(data), 'not json'],
    JSON.stringify({ ...attributes, 'content-type': 'application/json' }),
  )
  expect(
    await rows("select count() as n from events where topic = 'binary' and event_type = 'payment.captured'"),
  ).toEqual([{ n: '2' }])
  expect(await rows("select reason from dead_letters where topic = 'binary'")).toEqual([{ reason: 'invalid_json' }])
  await conserved('binary')
})

test('a replay derives dead letters again, marks what it cured, and changes nothing the second time', async () => {
  const batches = async () => (await rows("select count() as n from landed_batches where format = 'replay'"))[0]?.['n']
  const first = await replay(warehouse(), { topic: 'lines' }, { mappings: [lines(true)] })
  expect(first).toMatchObject({ state: 'done', done: 4, cured: 0 })
  await land('lines', 'lines', [])
  const cure = `replaceAll(value, 'later|order/1|{}|0', 'payment.captured|order/1|${DATA}|1') as value`
  const mended: Mapping = {
    format: 'lines',
    render: (messages) => lines(true).render(`select * replace(${cure}) from (${messages})`),
  }
  const before = await batches()
  const second = await replay(warehouse(), { topic: 'lines' }, { mappings: [mended] })
  expect(second).toMatchObject({ state: 'done', done: 4, cured: 1 })
  expect(Number(await batches())).toBeGreaterThan(Number(before))
  expect(
    await rows(
      "select reason from dead_letters final where topic = 'lines' and is_cured = 0 group by reason order by reason",
    ),
  ).toEqual([{ reason: 'missing_attribute' }, { reason: 'unknown_event_type' }, { reason: 'unmapped' }])
  await conserved('lines')
  expect(await replay(warehouse(), { topic: 'lines' }, { mappings: [mended] })).toMatchObject({ done: 3, cured: 0 })
  expect(await replay(warehouse(), { reason: 'no_such' })).toMatchObject({ state: 'done', done: 0 })
})

test('what the engine itself cannot derive is narrowed down to the one message', async () => {
  const poisoned: Mapping = {
    format: 'poison',
    render: (messages) =>
      `select *, [value] as outcomes, '' as concerns, if(value = 'poison', toString(toUInt64(value)), '') as problem from (${messages})`,
  }
  const own = await createLanding(warehouse(), { mappings: [poisoned] })
  const good = (n: number) => example('payment.captured', { id: `g${n}`, subject: `order/${n}` })
  const values = Array.from({ length: 40 }, (_, n) => (n === 17 ? 'poison' : good(n)))
  await own.land({
    topic: 'poisoned',
    partition: 0,
    epoch: 'e',
    format: 'poison',
    messages: values.map((value, n) => ({ offset: BigInt(n), key: null, value: Buffer.from(value), brokerAtMs: 0 })),
  })
  await own.settled()
  await own.close()
  expect(await rows("select count() as n from events final where topic = 'poisoned'")).toEqual([{ n: '39' }])
  expect(
    await rows("select toUInt32(offset) as o, reason, value from dead_letters final where topic = 'poisoned'"),
  ).toEqual([{ o: 17, reason: 'unreadable', value: 'poison' }])
})

test('a mapping that does not run stops its topics, drops nothing, and blames no message', async () => {
  const broken: Mapping = { format: 'broken', render: (messages) => `select no_such_column from (${messages})` }
  const own = await createLanding(warehouse(), { mappings: [broken] })
  const message = { offset: 0n, key: null, value: Buffer.from('x'), brokerAtMs: 0 }
  await own.land({ topic: 'halted', partition: 0, epoch: 'e', format: 'broken', messages: [message] })
  await own.settled()
  expect(own.waiting()).toMatchObject({ stopped: 1 })
  await own.close()
  expect(await rows("select count() as n from dead_letters where topic = 'halted'")).toEqual([{ n: '0' }])
  expect(await rows("select state, detail from derivation_breakers final where topic = 'halted'")).toEqual([
    { state: 'open', detail: 'the mapping of broken does not run (ClickHouse code 47)' },
  ])
})

test('a topic that is mostly rejected stops being derived, lands on, and goes on when it is better or somebody says so', async () => {
  let nowMs = Date.now()
  const now = () => nowMs
  const breaker = createBreaker({ share: 0.2, windowMs: 60_000, minimum: 20, heldMs: 60_000 })
  const own = createDeriver(warehouse(), { derivations: derivations(), breaker, now })
  // Landed by a process that derives nothing of the format, and handed to the deriver under test.
  const send = async (values: readonly string[]): Promise<void> => {
    const last = await landing().lastOffset('mostly', 0, 'e')
    const from = last === null ? 0n : last + 1n
    const messages = values.map((value, n) => ({
      offset: from + BigInt(n),
      key: null,
      value: Buffer.from(value),
      brokerAtMs: 0,
    }))
    const landed = await landing().land({ topic: 'mostly', partition: 0, epoch: 'e', format: 'elsewhere', messages })
    await warehouse().command(
      "alter table raw_events update format = 'cloudevents' where topic = 'mostly' settings mutations_sync = 2",
    )
    own.push(landed.map((batch) => ({ ...batch, format: 'cloudevents' })))
    await own.settled()
  }
  const good = Array.from({ length: 20 }, (_, n) => example('payment.captured', { id: `m${n}`, subject: 'order/m' }))
  const bad = Array.from({ length: 20 }, () => 'not json')
  const state = async () =>
    (await rows("select toString(state) as state from derivation_breakers final where topic = 'mostly'"))[0]?.['state']

  await send([...good, 'bad'])
  expect(breaker.isOpen('mostly')).toBe(false)
  await send(bad)
  expect([breaker.isOpen('mostly'), await state()]).toEqual([true, 'open'])
  await send(bad)
  expect(own.waiting()).toMatchObject({ stopped: 1 })
  expect(await rows("select count() as n from raw_events where topic = 'mostly'")).toEqual([{ n: '61' }])
  expect(await rows("select count() as n from dead_letters final where topic = 'mostly'")).toEqual([{ n: '21' }])

  await writeBreaker(warehouse(), 'mostly', { state: 'held', messages: 0, rejected: 0, changedBy: 'somebody' })
  await own.round()
  await own.settled()
  expect(own.waiting()).toMatchObject({ stopped: 0 })
  expect(await rows("select count() as n from dead_letters final where topic = 'mostly'")).toEqual([{ n: '41' }])

  nowMs += 120_000
  await send(bad)
  expect(breaker.isOpen('mostly')).toBe(true)
  await send(good)
  nowMs += 120_000
  await own.round()
  await own.settled()
  expect([breaker.isOpen('mostly'), await state()]).toEqual([false, 'closed'])
  expect(own.waiting()).toMatchObject({ stopped: 0, batches: 0 })
  await own.close()
  await conserved('mostly')
})

test('what the former reader of a stream left underived is taken up by the next, and nobody else’s', async () => {
  let nowMs = Date.now()
  const now = (): number => nowMs
  // Lands and derives nothing, as a process that is killed in between.
  const killed = createLander(createRawStore(warehouse()), { now })
  const message = { offset: 0n, key: null, value: Buffer.from(example('payment.captured')), brokerAtMs: 0 }
  for (const topic of ['taken', 'others'])
    await killed.land({ topic, partition: 0, epoch: 'e', format: 'cloudevents', messages: [message] })
  const listed = () =>
    rows("select topic from landed_batches where topic in ('taken', 'others') order by topic").then((all) =>
      all.map(({ topic }) => topic),
    )

  const next = createDeriver(warehouse(), { derivations: derivations(), now })
  next.adopt({ topic: 'taken', partition: 0, epoch: 'e' })
  nowMs += 9_000
  await next.round()
  await next.settled()
  expect(await listed()).toEqual([])
  nowMs += 2_000
  await next.round()
  await next.settled()
  expect(await listed()).toEqual(['taken'])
  await next.close()
  await conserved('taken')
})

test('what is being derived while abandoned batches are looked for is not derived twice', async () => {
  const landed = await createLander(createRawStore(warehouse())).land({
    topic: 'racing',
    partition: 0,
    epoch: 'e',
    format: 'cloudevents',
    messages: [{ offset: 0n, key: null, value: Buffer.from(example('payment.captured', { id: 'r1' })), brokerAtMs: 0 }],
  })
  // The answer of the look comes when all is derived and listed.
  const slow = {
    ...warehouse(),
    query: (async (query, params) => {
      const rows = await warehouse().query(query, params)
      if (query.name === 'batches not derived') await own.settled()
      return rows
    }) as Warehouse['query'],
  }
  const own = createDeriver(slow, { derivations: derivations() })
  own.push(landed)
  await own.sweep(0)
  await own.settled()
  expect(await rows("select count() as n from landed_batches where topic = 'racing'")).toEqual([{ n: '1' }])
  await own.close()
})
