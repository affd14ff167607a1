/** Landed bytes become events or dead letters in SQL; `parseEvent` decides the same in TypeScript and is the oracle here. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventContracts, parseEvent } from './contracts/index.ts'
import { eventFields } from './contracts/fields.ts'
import { envelopeColumns } from './derive/statements.ts'
import { type Landing, createLanding } from './landing.ts'
import type { SourceBatch } from './sources/source.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-landing-'))
let warehouse: Warehouse
let landing: Landing

beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 2,
  })
  landing = await createLanding(warehouse)
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const examples = [...eventContracts.values()].map((contract) => contract.example)
type Loose = Record<string, unknown> & { data: Record<string, unknown> }
const changed = (change: (event: Loose) => void): string => {
  const event = structuredClone(examples[0]) as unknown as Loose
  change(event)
  return JSON.stringify(event)
}

const hostile = [
  '',
  '  ',
  'nope',
  '[]',
  '3',
  'null',
  '{"a":',
  '{"a":"\u0000"}',
  '{"a":"x\n\nDROP TABLE events;"}',
  '{}{}',
  '\ufeff{}',
  ...['id', 'source', 'type', 'time', 'specversion', 'data', 'subject'].map((name) =>
    changed((event) => void delete event[name]),
  ),
  ...['id', 'source', 'type', 'time', 'subject'].flatMap((name) =>
    [5, true, {}, []].map((value) => changed((event) => void (event[name] = value))),
  ),
  ...['2020-01-01', 'x', '', '2020-13-01T00:00:00Z', '1999-01-01T00:00:00Z', '2200-01-01T00:00:00Z'].map((time) =>
    changed((event) => void (event['time'] = time)),
  ),
  ...['a.b', 'order.created.v2', 'order.created.v0', 'ORDER.CREATED', "order.created' or 1=1"].map((type) =>
    changed((event) => void (event['type'] = type)),
  ),
  ...['order/', 'orders/1', 'x'].map((subject) => changed((event) => void (event['subject'] = subject))),
  ...['channel', 'currency', 'buyer_id'].flatMap((name) =>
    [undefined, null, 3, '', [], {}].map((value) => changed((event) => void (event.data[name] = value))),
  ),
  ...[1.5, '12', true, [], 1e30].map((value) => changed((event) => void (event.data['amount_payable'] = value))),
  ...['tomorrow', 5, '2026-02-30T00:00:00Z'].map((value) =>
    changed((event) => void (event.data['promised_ship_by'] = value)),
  ),
  ...[{}, [{}], [{ line_id: '1' }], [{ line_id: '1', sku: 'a', name: 'b', quantity: '1', amount: 3 }]].map((lines) =>
    changed((event) => void (event.data['lines'] = lines)),
  ),
  ...[null, [], 'text', 4].map((data) => changed((event) => void (event.data = data as never))),
]
const good = [
  ...examples.map((example) => JSON.stringify(example)),
  changed((event) => void (event.data['extra'] = { nested: [1] })),
  changed((event) => void (event['myextension'] = 1)),
  changed((event) => void (event.data['amount_payable'] = null)),
  changed((event) => void (event['time'] = '2020-01-01T08:00:00+08:00')),
  changed((event) => void (event['type'] = 'order.created')),
  JSON.stringify(examples[0], null, 2).replaceAll('\n', '\n\n'),
]

const batchOf = (topic: string, values: readonly string[]): SourceBatch => ({
  topic,
  partition: 0,
  epoch: 'one',
  format: 'cloudevents',
  messages: values.map((value, index) => ({
    offset: BigInt(index),
    key: null,
    value: Buffer.from(value),
    brokerAtMs: Date.UTC(2026, 0, 1),
  })),
})

/** 1e30 is no integer to one parser and a too large one to the other. */
const alike = (reason: string | undefined): string | undefined => (reason === 'out_of_range' ? 'wrong_type' : reason)

async function outcomes(topic: string): Promise<Map<number, string>> {
  const events = await warehouse.queryRows('select offset from events where topic = {topic:String}', { topic })
  const dead = await warehouse.queryRows('select offset, reason from dead_letters where topic = {topic:String}', {
    topic,
  })
  return new Map([
    ...events.map((row) => [Number(row['offset']), 'accepted'] as const),
    ...dead.map((row) => [Number(row['offset']), String(row['reason'])] as const),
  ])
}

describe('landing', () => {
  test('every message becomes an event or a dead letter, by the same decision as the contracts', async () => {
    const values = [...good, ...hostile]
    await landing.land(batchOf('mixed', values))
    await landing.settled()
    const found = await outcomes('mixed')
    expect(found.size).toBe(values.length)
    for (const [index, value] of values.entries()) {
      const decision = parseEvent(value)
      const expected = decision.kind === 'accepted' ? 'accepted' : decision.reason
      expect({ value, outcome: alike(found.get(index)) }).toEqual({ value, outcome: alike(expected) })
    }
    expect([...found.values()].filter((outcome) => outcome === 'accepted').length).toBeGreaterThanOrEqual(good.length)
  })

  test('the same batch again lands nothing, an overlapping one lands what is new', async () => {
    const [first, second] = [good.slice(0, 20), good.slice(0, 30)]
    await landing.land(batchOf('again', first))
    expect(await landing.land(batchOf('again', first))).toEqual([])
    await landing.land(batchOf('again', second))
    await landing.settled()
    const [row] = await warehouse.queryRows(
      "select count() as n, uniqExact(offset) as positions from raw_events where topic = 'again'",
    )
    expect(row).toEqual({ n: '30', positions: '30' })
  })

  test('landed = events + dead letters', async () => {
    const [row] = await warehouse.queryRows(
      'select (select count() from raw_events) as landed, (select count() from events final where ordinal = 0) as events, (select count() from dead_letters final) as dead',
    )
    expect(Number(row?.['landed'])).toBe(Number(row?.['events']) + Number(row?.['dead']))
  })

  test('a batch whose derivation was cut off by a crash is derived when the writer starts again', async () => {
    await landing.land(batchOf('crash', good))
    await landing.settled()
    await warehouse.command("alter table events delete where topic = 'crash' settings mutations_sync = 2")
    await warehouse.command("alter table landed_batches delete where topic = 'crash' settings mutations_sync = 2")
    landing = await createLanding(warehouse)
    await landing.settled()
    expect((await outcomes('crash')).size).toBe(good.length)
    expect(await landing.unlisted('cloudevents')).toEqual([])
  })

  test('the columns of events are the envelope and the contract fields', async () => {
    const columns = await warehouse.queryRows(
      "select name, type from system.columns where database = currentDatabase() and table = 'events' and default_kind != 'ALIAS' order by position",
    )
    const wanted = Object.entries(eventFields).map(([name, field]) => ({
      name,
      type: field.column.replace("DateTime64(3,'UTC')", "DateTime64(3, 'UTC')"),
    }))
    expect(columns.slice(0, envelopeColumns.length).map((column) => column['name'])).toEqual([...envelopeColumns])
    expect(columns.slice(envelopeColumns.length)).toEqual(wanted)
  })
})

test('the same batch from two callers at once lands once', async () => {
  const batch = batchOf('twice', good)
  const landed = await Promise.all([landing.land(batch), landing.land(batch)])
  expect(landed.map((batches) => batches.length)).toEqual([1, 0])
  const [row] = await warehouse.queryRows("select count() as n from raw_events where topic = 'twice'")
  expect(row).toEqual({ n: String(good.length) })
})
