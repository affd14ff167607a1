/** From landed bytes to events for every kind of format; dead letters, replays, orphans, breakers and unreadable messages. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventContracts } from '../contracts/index.ts'
import { type Landing, createLanding } from '../landing.ts'
import type { Mapping } from '../mappings/mapping.ts'
import { replay } from '../replay.ts'
import { createLander } from '../landing/lander.ts'
import { createRawStore } from '../landing/store.ts'
import { createBreaker } from './breaker.ts'
import { createDeriver } from './deriver.ts'
import { writeBreaker } from './ledger.ts'
import { resolveOrphans } from './orphans.ts'
import { derivations } from './relations.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-deriver-'))
let warehouse: Warehouse
let landing: Landing

/** A format of lines `event type|subject|more`: everything a mapping may answer. */
const lines = (isMended: boolean): Mapping => ({
  format: 'lines',
  render: (messages) => `select *,
    if(concerns_ != '' or problem_ != '', [], arrayMap(n -> concat('{"specversion":"1.0","id":', toJSONString(concat(value, toString(n))), ',"source":"/lines","type":', toJSONString(parts_[1]), ',"subject":', toJSONString(parts_[2]), ',"time":"2026-09-01T00:00:00Z","data":', parts_[3], '}'), range(toUInt32OrZero(parts_[4])))) as outcomes,
    concerns_ as concerns, problem_ as problem
  from (select *, splitByChar('|', value) as parts_, if(parts_[1] = 'payout', 'payout.paid', '') as concerns_,
    ${isMended ? "''" : "if(parts_[1] = 'later', 'unknown_event_type: not known yet', '')"} as problem_ from (${messages}))`,
})

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'deriver',
    readers: 2,
  })
  landing = await createLanding(warehouse, { mappings: [lines(false)] })
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const land = async (topic: string, format: string, values: readonly string[], headers?: string): Promise<void> => {
  const last = await landing.lastOffset(topic, 0, 'e')
  const from = last === null ? 0n : last + 1n
  const messages = values.map((value, n) => ({
    offset: from + BigInt(n),
    key: null,
    value: Buffer.from(value),
    brokerAtMs: 0,
    ...(headers !== undefined && { headers }),
  }))
  await landing.land({ topic, partition: 0, epoch: 'e', format, messages })
  await landing.settled()
}
const rows = (sql: string) => warehouse.queryRows(sql)
const example = (type: string, change: Record<string, unknown> = {}): string =>
  JSON.stringify({ ...eventContracts.get(type)?.example, ...change })

/** Each landed message has exactly one outcome at ordinal 0. */
async function conserved(topic: string): Promise<void> {
  const [row] = await rows(`select (select count() from raw_events where topic = '${topic}') as landed,
    (select count() from events final where ordinal = 0 and topic = '${topic}') + (select count() from dead_letters final where ordinal = 0 and is_cured = 0 and topic = '${topic}') + (select count() from set_aside final where topic = '${topic}') as outcomes`)
  expect(row?.['outcomes']).toBe(row?.['landed'])
}

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

  test('an order named by its number, a payment or a parcel is found, whatever the number looks like', async () => {
    await land('shop', 'cloudevents', [
      example('order.created', {
        id: 'n1',
        subject: 'order/id-1',
        data: { ...eventContracts.get('order.created')?.example.data, order_no: 'A/1 "x"' },
      }),
      example('payment.captured', {
        id: 'n2',
        subject: 'order/id\\2',
        data: { payment_id: 'pay/7', amount: 1, currency: 'CNY' },
      }),
    ])
    await land('refs', 'lines', [
      `payment.captured|lookup/order/A/1 "x"|${DATA}|1`,
      `payment.captured|lookup/payment/pay/7|${DATA}|1`,
      `payment.captured|lookup/order/never seen|${DATA}|1`,
      `payment.captured|lookup/tracking/T9|${DATA}|1`,
    ])
    expect(await rows("select toUInt32(offset) as o, order_id from events where topic = 'refs' order by o")).toEqual([
      { o: 0, order_id: 'id-1' },
      { o: 1, order_id: 'id\\2' },
      { o: 2, order_id: 'never seen' },
    ])
    expect(await rows("select toUInt32(offset) as o, reason, detail from dead_letters where topic = 'refs'")).toEqual([
      { o: 3, reason: 'unknown_order', detail: 'no order is known by tracking/T9' },
    ])
  })

  test('an event that came before its order is derived once the order is known', async () => {
    const known = derivations([lines(false)])
    expect(await resolveOrphans(warehouse, known, Date.now())).toBe(0)
    await land('shop', 'cloudevents', [
      example('shipment.handed_over', {
        id: 'n3',
        subject: 'order/id-3',
        data: { shipment_id: 's1', tracking_no: 'T9' },
      }),
    ])
    expect(await resolveOrphans(warehouse, known, Date.now())).toBe(1)
    expect(await rows("select order_id from events where topic = 'refs' and offset = 3")).toEqual([
      { order_id: 'id-3' },
    ])
    expect(await resolveOrphans(warehouse, known, Date.now())).toBe(0)
    await conserved('refs')
  })

  test('two shops that number alike stay two, where their endpoints say which shop they are', async () => {
    const created = (channel: string, buyer: string): string =>
      `order.created|order/560|{"channel":"${channel}","currency":"EUR","amount_payable":1,"buyer_id":"${buyer}","order_no":"R560"}|1`
    for (const shop of ['eu', 'us']) {
      const endpoint = (name: string, values: readonly string[]) =>
        land(`webhook/${name}-${shop}`, 'lines', values, JSON.stringify({ 'orderlens-shop': shop }))
      await endpoint('shop', [created(shop, '7'), created(shop, 'guest-1')])
      await endpoint('pay', [
        `payment.captured|lookup/order/R560|{"payment_id":"p560","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
        `payment.captured|lookup/order/561|{"payment_id":"p561","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
      ])
      await endpoint('later', [
        `payment.failed|lookup/payment/p560|{"payment_id":"p560","provider":"${shop}","amount":1,"currency":"EUR"}|1`,
      ])
    }
    // A number alone names none of them, and a header of another source is the sender's.
    await land('elsewhere', 'lines', [created('own', '7')], '{"orderlens-shop":"eu"}')
    await land('elsewhere', 'lines', [
      'payment.failed|lookup/payment/p560|{"payment_id":"p560","amount":1,"currency":"EUR"}|1',
    ])
    expect(
      await rows(`select topic, arraySort(groupUniqArray(order_id)) as orders from events
        where topic like 'webhook/%' or topic = 'elsewhere' group by topic order by topic`),
    ).toEqual([
      { topic: 'elsewhere', orders: ['560'] },
      { topic: 'webhook/later-eu', orders: ['eu-560'] },
      { topic: 'webhook/later-us', orders: ['us-560'] },
      { topic: 'webhook/pay-eu', orders: ['eu-560', 'eu-561'] },
      { topic: 'webhook/pay-us', orders: ['us-560', 'us-561'] },
      { topic: 'webhook/shop-eu', orders: ['eu-560'] },
      { topic: 'webhook/shop-us', orders: ['us-560'] },
    ])
    expect(
      await rows("select arraySort(groupUniqArray(buyer_id)) as buyers from events where topic like 'webhook/shop-%'"),
    ).toEqual([{ buyers: ['eu-7', 'guest-1', 'us-7'] }])
    expect(await rows("select reason, detail from dead_letters where topic = 'elsewhere'")).toEqual([
      { reason: 'unknown_order', detail: 'no order is known by payment/p560' },
    ])
    await conserved('webhook/later-eu')
  })

  test('more orders than one statement can name are named by several', async () => {
    const numbers = Array.from({ length: 4_000 }, (_, n) => `a-payment-with-quite-a-long-number-${n}`)
    await land('many', 'lines', [
      `order.created|order/many|{"channel":"w","currency":"CNY","amount_payable":1,"buyer_id":"b"}|1`,
    ])
    await land(
      'many',
      'lines',
      numbers.map((number) => `order.completed|lookup/payment/${number}|{}|1`),
    )
    expect(
      await rows("select count() as n, uniqExact(detail) as details from dead_letters final where topic = 'many'"),
    ).toEqual([{ n: '4000', details: '4000' }])
    await conserved('many')
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
  const first = await replay(warehouse, { topic: 'lines' }, { mappings: [lines(true)] })
  expect(first).toMatchObject({ state: 'done', done: 4, cured: 0 })
  await land('lines', 'lines', [])
  const cure = `replaceAll(value, 'later|order/1|{}|0', 'payment.captured|order/1|${DATA}|1') as value`
  const mended: Mapping = {
    format: 'lines',
    render: (messages) => lines(true).render(`select * replace(${cure}) from (${messages})`),
  }
  const before = await batches()
  const second = await replay(warehouse, { topic: 'lines' }, { mappings: [mended] })
  expect(second).toMatchObject({ state: 'done', done: 4, cured: 1 })
  expect(Number(await batches())).toBeGreaterThan(Number(before))
  expect(
    await rows(
      "select reason from dead_letters final where topic = 'lines' and is_cured = 0 group by reason order by reason",
    ),
  ).toEqual([{ reason: 'missing_attribute' }, { reason: 'unknown_event_type' }, { reason: 'unmapped' }])
  await conserved('lines')
  expect(await replay(warehouse, { topic: 'lines' }, { mappings: [mended] })).toMatchObject({ done: 3, cured: 0 })
  expect(await replay(warehouse, { reason: 'no_such' })).toMatchObject({ state: 'done', done: 0 })
})

test('what the engine itself cannot derive is narrowed down to the one message', async () => {
  const poisoned: Mapping = {
    format: 'poison',
    render: (messages) =>
      `select *, [value] as outcomes, '' as concerns, if(value = 'poison', toString(toUInt64(value)), '') as problem from (${messages})`,
  }
  const own = await createLanding(warehouse, { mappings: [poisoned] })
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
  const own = await createLanding(warehouse, { mappings: [broken] })
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
  const own = createDeriver(warehouse, { derivations: derivations(), breaker, now })
  // Landed by a process that derives nothing of the format, and handed to the deriver under test.
  const send = async (values: readonly string[]): Promise<void> => {
    const last = await landing.lastOffset('mostly', 0, 'e')
    const from = last === null ? 0n : last + 1n
    const messages = values.map((value, n) => ({
      offset: from + BigInt(n),
      key: null,
      value: Buffer.from(value),
      brokerAtMs: 0,
    }))
    const landed = await landing.land({ topic: 'mostly', partition: 0, epoch: 'e', format: 'elsewhere', messages })
    await warehouse.command(
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

  await writeBreaker(warehouse, 'mostly', { state: 'held', messages: 0, rejected: 0, changedBy: 'somebody' })
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
  const killed = createLander(createRawStore(warehouse), { now })
  const message = { offset: 0n, key: null, value: Buffer.from(example('payment.captured')), brokerAtMs: 0 }
  for (const topic of ['taken', 'others'])
    await killed.land({ topic, partition: 0, epoch: 'e', format: 'cloudevents', messages: [message] })
  const listed = () =>
    rows("select topic from landed_batches where topic in ('taken', 'others') order by topic").then((all) =>
      all.map(({ topic }) => topic),
    )

  const next = createDeriver(warehouse, { derivations: derivations(), now })
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
