/**
 * A gateway that refuses more than is usual: who is found, since when, by which look-alikes not, and that neither the order of
 * events, nor copies, nor ticks in between, nor a rebuild decide about it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildSelected } from '../engine/build.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import {
  DAY,
  HOUR,
  MINUTE,
  OPENS,
  SECOND,
  type Told,
  envelopesOf,
  found,
  placed,
  tell,
} from '../models/anomalies/test-cases.ts'
import { createDoor } from '../query/door.ts'
import { unrestricted } from '../query/request.ts'
import { type Ticker, createTicker } from '../tick.ts'

const project = readProject()
const folder = mkdtempSync(join(tmpdir(), 'orderlens-gateways-'))
let warehouse: Warehouse
let ticker: Ticker
beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  ticker = createTicker(warehouse, project)
}, 240_000)
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const TYPE = 'payment_failed_repeated'
const tried = (type: string, provider: string, atMs: number, n = 1): Told => [
  type,
  atMs,
  { payment_id: `p${n}`, amount: 10_000, currency: 'CNY', method: 'card', provider },
]
/** An order placed a minute before it is tried to be paid. */
const order = (id: string, atMs: number, ...told: Told[]): Envelope[] =>
  envelopesOf(id, [placed(MINUTE - atMs), ...told])
const passes = (id: string, provider: string, atMs: number): Envelope[] =>
  order(id, atMs, tried('payment.captured', provider, atMs))
const fails = (id: string, provider: string, atMs: number, ...then: Told[]): Envelope[] =>
  order(id, atMs, tried('payment.failed', provider, atMs), ...then)

/** So many orders a day for six days before, of which the last are refused. */
const daysBefore = (provider: string, refused: number, of = 10, days = 6): Envelope[] =>
  Array.from({ length: days * of }, (_, n) => {
    const at = -DAY * (1 + Math.floor(n / of)) + (n % of) * MINUTE
    return (n % of >= of - refused ? fails : passes)(`${provider}-before-${n}`, provider, at)
  }).flat()

/** Ten pass; then everything fails, every ten seconds. The twentieth attempt, at 190 s, is the tenth failure. */
const CROSSES = 190 * SECOND
const outage = (provider: string): Envelope[][] => [
  ...Array.from({ length: 10 }, (_, n) => passes(`${provider}-ok-${n}`, provider, n * 10 * SECOND)),
  ...Array.from({ length: 12 }, (_, n) => {
    const at = (10 + n) * 10 * SECOND
    // Paid before anybody could know, elsewhere; paid later; given up later.
    if (n === 0)
      return fails(`${provider}-no-${n}`, provider, at, tried('payment.captured', 'other', at + 30 * SECOND, 2))
    if (n === 1) return fails(`${provider}-no-${n}`, provider, at, tried('payment.captured', 'other', HOUR, 2))
    if (n === 2) return fails(`${provider}-no-${n}`, provider, at, ['order.canceled', 2 * HOUR])
    return fails(`${provider}-no-${n}`, provider, at)
  }),
]
const inTime = (events: Envelope[]): Envelope[] => events.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))

async function foundAt(provider: string): Promise<Record<string, [number | null, number | null]>> {
  const all = [...(await found(warehouse))].flatMap(([orderId, list]) =>
    list.filter((one) => one.type === TYPE && orderId.startsWith(`${provider}-`)).map((one) => ({ orderId, ...one })),
  )
  return Object.fromEntries(
    all.map((one) => [
      one.attachedTo.slice(provider.length),
      [one.openedAt, one.resolvedAt] as [number | null, number | null],
    ]),
  )
}

/** Of the orders refused: since when, until when. */
const expected = (provider: string): Record<string, [number, number | null]> => ({
  [`-no-1@${provider}`]: [CROSSES, HOUR],
  [`-no-2@${provider}`]: [CROSSES, 2 * HOUR],
  ...Object.fromEntries([3, 4, 5, 6, 7, 8, 9].map((n) => [`-no-${n}@${provider}`, [CROSSES, null]])),
  ...Object.fromEntries([10, 11].map((n) => [`-no-${n}@${provider}`, [(10 + n) * 10 * SECOND, null]])),
})

test('nobody is found before the refusal that shows it, and then all who were refused and did not pay', async () => {
  const all = inTime(outage('wx').flat())
  const until = (ms: number): Envelope[] => all.filter(({ time }) => Date.parse(time) <= OPENS + ms)
  await tell(warehouse, daysBefore('wx', 1))
  await tell(warehouse, until(CROSSES - SECOND))
  await ticker.tick(OPENS + CROSSES - SECOND)
  expect(await foundAt('wx')).toEqual({})
  await tell(
    warehouse,
    until(CROSSES).filter((event) => !until(CROSSES - SECOND).includes(event)),
  )
  await ticker.tick(OPENS + CROSSES)
  const open = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`-no-${n}@wx`, [CROSSES, null]])
  expect(await foundAt('wx')).toEqual(Object.fromEntries(open))
  await tell(
    warehouse,
    all.filter((event) => !until(CROSSES).includes(event)),
  )
  await ticker.tick(OPENS + 3 * HOUR)
  expect(await foundAt('wx')).toEqual(expected('wx'))
  const [one] = (await found(warehouse)).get('wx-no-3')?.filter(({ type }) => type === TYPE) ?? []
  expect(one).toMatchObject({
    level: 'breached',
    exposure: 10_000,
    evidence: ['wx-no-9/1', 'wx-no-3/1'],
    threshold: {
      rule: 'payment_failed_repeated_gateway',
      gateway: 'wx',
      refusals: '10',
      attempts: '20',
      usual: '0.1',
      other_orders: 'wx-no-9',
    },
  })
  // One cause, one incident.
  const incidents = await warehouse.queryRows(
    `select cause_kind, cause, toUInt32(count()) as members from incident_member_current where anomaly_type = '${TYPE}' group by incident_id, cause_kind, cause`,
  )
  expect(incidents).toEqual([{ cause_kind: 'gateway', cause: 'wx', members: Object.keys(expected('wx')).length }])
})

test('as known at an instant, an order alone is judged by all that its gateway did until then', async () => {
  const door = createDoor(warehouse, { now: () => new Date(OPENS + 3 * HOUR), waitMs: 120_000 })
  const knownAt = async (atMs: number): Promise<unknown[] | undefined> => {
    const order = await door.orderKnownAt('wx-no-3', new Date(OPENS + atMs).toISOString(), unrestricted)
    return order?.anomalies.filter(({ anomaly_type }) => anomaly_type === TYPE).map(({ opened_at }) => opened_at)
  }
  expect(await knownAt(CROSSES - SECOND)).toEqual([])
  expect(await knownAt(CROSSES)).toEqual([new Date(OPENS + CROSSES).toISOString()])
})

test('told backwards, twice and with ticks in between it is the same', async () => {
  const backwards = inTime([...outage('back').flat(), ...daysBefore('back', 1)]).reverse()
  for (let at = 0; at < backwards.length; at += 29) {
    await tell(warehouse, [...backwards.slice(at, at + 29), ...backwards.slice(Math.max(0, at - 5), at + 3)])
    await ticker.tick(OPENS + 3 * HOUR + at * SECOND)
  }
  expect(await foundAt('back')).toEqual(expected('back'))
})

test('what comes late and shows that it was usual takes back what was found', async () => {
  await tell(warehouse, [...daysBefore('late', 1), ...outage('late').flat()])
  await ticker.tick(OPENS + 4 * HOUR)
  expect(await foundAt('late')).toEqual(expected('late'))
  const others = Array.from({ length: 60 }, (_, n) => passes(`late-more-${n}`, 'late', n * SECOND)).flat()
  await tell(warehouse, others)
  await ticker.tick(OPENS + 4 * HOUR + SECOND)
  expect(await foundAt('late')).toEqual({})
})

test('no outage: a gateway asked by few, one that always fails as much, one buyer who tries and tries, one that is new', async () => {
  const half = Array.from({ length: 24 }, (_, n) =>
    (n % 2 === 0 ? passes : fails)(`half-${n}`, 'half', n * 10 * SECOND),
  )
  const few = Array.from({ length: 19 }, (_, n) => fails(`few-${n}`, 'few', n * 10 * SECOND))
  const tries = Array.from({ length: 30 }, (_, n) => tried('payment.failed', 'tries', n * 10 * SECOND, n))
  const one = Array.from({ length: 20 }, (_, n) => passes(`tries-${n}`, 'tries', n * 10 * SECOND))
  await tell(warehouse, [...daysBefore('half', 5), ...half.flat(), ...daysBefore('few', 1), ...few.flat()])
  await tell(warehouse, [...daysBefore('tries', 1), ...one.flat(), ...order('tries-one', 0, ...tries)])
  await tell(warehouse, [...daysBefore('new', 1, 10, 2), ...outage('new').flat()])
  await ticker.tick(OPENS + 5 * HOUR)
  for (const provider of ['half', 'few', 'new']) expect(await foundAt(provider)).toEqual({})
  // Three failures of one order within the hour are the type's other way.
  expect(await foundAt('tries')).toEqual({ '-one': [20 * SECOND, null] })
})

test('a rebuild has the same rows', { timeout: 300_000 }, async () => {
  const rows = async (): Promise<Record<string, unknown>> => ({
    blocks: await warehouse.queryRows('select * except (version) from gateway_blocks final order by gateway, block_at'),
    outages: await warehouse.queryRows(
      'select * except (version) from gateway_outages final order by gateway, block_at',
    ),
    links: await warehouse.queryRows('select * except (version) from linked_orders final order by order_id'),
    anomalies: await warehouse.queryRows(
      `select * except (version, detected_at) from anomalies final where anomaly_type = '${TYPE}' order by order_id, anomaly_id`,
    ),
  })
  const before = await rows()
  expect(before['outages']).toHaveLength(2)
  const steps = await buildSelected(warehouse, project, { isFullRefresh: true })
  expect(steps.filter(({ outcome }) => outcome !== 'built')).toEqual([])
  expect(await rows()).toEqual(before)
})

test('after a rebuild it was detected when the other order that shows it had landed', async () => {
  const [row] = await warehouse.queryRows(
    `select a.detected_at = min(e.landed_at) as is_so, min(o.landed_at) < min(e.landed_at) as is_later
     from (select detected_at from anomalies final where order_id = 'wx-no-3' and anomaly_type = '${TYPE}') as a
     cross join (select landed_at from events where event_id = 'wx-no-9/1') as e
     cross join (select landed_at from events where event_id = 'wx-no-3/1') as o
     group by a.detected_at`,
  )
  expect(row).toEqual({ is_so: 1, is_later: 1 })
})
