/**
 * Nothing outside a person's scope changes any answer: everything the door answers is asked under a scope, rows outside it are
 * copied and deleted by the thousand, and everything is asked again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { definitions } from '../metrics/definitions.ts'
import { createTicker } from '../tick.ts'
import { type Door, createDoor } from './door.ts'
import { QueryError } from './errors.ts'
import { scopeParameters } from './parameters.ts'
import { type RowScope, unrestricted } from './request.ts'
import { noFilters } from './search-filters.ts'

const START = Date.UTC(2026, 8, 1)
const DAY = 86_400_000
const now = new Date(START + 4 * DAY)
const window = { from: new Date(START).toISOString(), to: now.toISOString() }
const folder = mkdtempSync(join(tmpdir(), 'orderlens-interference-'))
let warehouse: Warehouse
let door: Door

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse'), readers: 4 })
  const landing = await createLanding(warehouse)
  const orders = [...createStore({ seed: 11, ordersPerDay: 90 }).ordersBetween(START, START + 2 * DAY)]
  const messages = orders
    .flatMap(({ events }) => events)
    .map(({ envelope }, index) => ({
      offset: BigInt(index),
      key: null,
      value: Buffer.from(JSON.stringify(envelope)),
      brokerAtMs: START,
    }))
  await landing.land({ topic: 'store', partition: 0, epoch: 'test', format: 'cloudevents', messages })
  await landing.settled()
  await createTicker(warehouse, readProject()).tick(now.getTime())
  await landing.close()
  // A history so short has no incidents of its own: every anomaly of the commonest kinds becomes a member of one.
  await warehouse.command(
    `insert into incident_members
     select * from (
       select
         anomaly_type as incident_id, anomaly_type, 'channel' as cause_kind, anomaly_type as cause,
         toStartOfDay(min(opened_at) over (partition by anomaly_type)) as starts_at, starts_at + interval 2 day as stops_at,
         stops_at + interval 1 hour as quiet_at, 3 as expected, 9 as score, order_id, anomaly_id, 1 as version, 0 as is_void
       from anomaly_current where opened_at is not null)`,
  )
  door = createDoor(warehouse, { now: () => now })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

type Answers = ReadonlyMap<string, string>
const { metrics, dimensions } = definitions()

/** What is refused is an answer, too. */
async function answered(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask())
  } catch (error) {
    if (error instanceof QueryError) return `${error.code}: ${error.message}`
    throw error
  }
}

/** Everything that is asked in this `turn`, by name. Half of the metrics and dimensions each, so that two turns ask all. */
async function askAll(scope: RowScope, turn: number, orders: readonly string[], most = Infinity): Promise<Answers> {
  const asked: (readonly [string, () => Promise<unknown>])[] = []
  const isTurn = (index: number) => index % 2 === turn % 2
  for (const [index, { name: metric, dataset }] of [...metrics.values()].entries()) {
    if (!isTurn(index)) continue
    const offered = [...dimensions.values()].filter(({ on }) => dataset in on || '*' in on)
    const by = offered[(index + turn) % offered.length]?.name ?? 'channel'
    const part = { dimension: by, n: 2 }
    asked.push([`${metric} drill`, () => door.drill({ metric, limit: 200, part: 'denominator' }, scope)])
    asked.push([`${metric} by ${by}`, () => door.ask({ metric, by: [by], total: true, top: part }, scope)])
  }
  for (const [index, name] of [...dimensions.keys()].entries())
    if (isTurn(index)) asked.push([`values of ${name}`, () => door.dimensionValues(name, scope)])
  for (const view of ['open', 'at_risk', 'money', 'logistics', 'escalated'])
    for (const collapse of ['incidents', 'none'] as const)
      asked.push([`queue ${view} ${collapse}`, () => door.queue({ view, collapse, limit: 100 }, scope)])
  for (const state of ['open', 'resolved', 'all'] as const) {
    asked.push([`incidents ${state}`, () => door.incidents({ state, limit: 50 }, scope)])
    asked.push([`members ${state}`, () => door.incidentMembers('not_shipped', { state, limit: 50 }, scope)])
  }
  asked.push(['incident', () => door.incident('not_shipped', scope)])
  for (const order of orders)
    asked.push(
      [`order ${order}`, () => door.order(order, scope)],
      [`events of ${order}`, () => door.orderEvents(order, scope)],
      [`raw of ${order}`, () => door.rawEvents(order, scope)],
      [`promises of ${order}`, () => door.orderPromises(order, scope)],
      [`costs of ${order}`, () => door.orderCosts(order, scope)],
      [`related to ${order}`, () => door.relatedOrders(order, scope)],
      [`anomalies of ${order}`, () => door.orderAnomalies(order, scope)],
      [`instants of ${order}`, () => door.orderInstants(order, scope)],
      [`search ${order}`, () => door.search({ text: order, filters: noFilters }, scope)],
    )
  for (const text of ['2026', '王', 'TM', '茶叶', 'sf'])
    asked.push([`search ${text}`, () => door.search({ text, filters: noFilters }, scope)])
  const sides = { before: { ...window, to: midway }, after: { ...window, from: midway } }
  for (const metric of ['anomalies_opened', 'late_rate'])
    asked.push([
      `explain ${metric}`,
      () => door.explain({ metric, dimensions: ['channel', 'region'], ...sides }, scope),
    ])
  asked.push(['spikes', () => door.spikes({ metric: 'anomalies_opened', by: ['channel'], at: midway }, scope)])
  asked.push([
    'course of spikes',
    () => door.spikeCourse({ metric: 'anomalies_opened', grain: 'day', ...window }, scope),
  ])
  // What every file is made of, streamed and in the background.
  for (const metric of ['orders_placed', 'anomalies_opened'])
    asked.push([`file of ${metric}`, () => door.drillTable({ metric }, scope)])
  return new Map(
    await Promise.all(asked.slice(0, most).map(async ([name, ask]) => [name, await answered(ask)] as const)),
  )
}
const midway = new Date(START + DAY).toISOString()

const OF_ORDERS = [
  'order_state',
  'expectations',
  'refunds',
  'order_costs',
  'order_lookup',
  'product_lookup',
  'search_orders',
  'events',
]
const OF_ANOMALIES = ['anomalies', 'anomaly_state', 'anomalies_by_day', 'incident_members']

/** Rows outside the scope are doubled under other ids, then a third of them is deleted. How many there are. */
async function disturb(scope: RowScope, turn: number): Promise<number> {
  const parameters = scopeParameters(scope)
  const own = [
    ['channels', 'channel'],
    ['regions', 'region'],
    ['shops', 'shop_id'],
  ].flatMap(([part = '', column = '']) =>
    parameters[`scope_${part}`] === undefined ? [] : [`${column} in {scope_${part}:Array(String)}`],
  )
  await warehouse.command(
    `create or replace table foreign_orders engine = Memory as
     select order_id from order_state final where not (${own.join(' and ') || '1'})`,
    Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'scope_anomaly_types')),
  )
  const types = parameters['scope_anomaly_types'] as string[] | undefined
  const ofOrders = 'order_id in (select order_id from foreign_orders)'
  const ofTypes = types === undefined ? ofOrders : `(${ofOrders} or anomaly_type not in {types:Array(String)})`
  const copied = `concat('copy${turn}-', order_id) as order_id`
  let found = 0
  for (const [tables, condition] of [
    [OF_ORDERS, ofOrders],
    [OF_ANOMALIES, ofTypes],
  ] as const)
    for (const table of tables) {
      const given = condition === ofTypes && types !== undefined ? { types } : {}
      const isOrders = table !== 'order_lookup' && table !== 'anomalies_by_day'
      const rows = `${table}${isOrders ? ' final' : ''} where ${condition}`
      const [count] = await warehouse.queryRows(`select count() as n from ${rows}`, given)
      found += Number(count?.['n'])
      // Of other types on own orders only the anomaly is another one: under another order's id it would be nobody's.
      const changed =
        types === undefined ? copied : `if(${ofOrders}, concat('copy${turn}-', order_id), order_id) as order_id`
      const twin = tables === OF_ANOMALIES ? `, concat(anomaly_id, '-copy${turn}') as anomaly_id` : ''
      await warehouse.command(`insert into ${table} select * replace (${changed}${twin}) from ${rows}`, given)
      await warehouse.command(
        `alter table ${table} delete where ${condition} and cityHash64(order_id) % 3 = 0 settings mutations_sync = 2`,
        given,
      )
    }
  return found
}

let checks = 0
/** So many questions show that the disturbance is one. */
const CONTROLS = 30
test.each([
  ['shops', (v: Values) => ({ shops: v.shop_id.slice(0, 2) })],
  ['anomaly types', (v: Values) => ({ anomaly_types: v.anomaly_type.slice(0, 2) })],
  [
    'all of them',
    (v: Values) => ({
      regions: v.region.slice(0, 3),
      shops: v.shop_id.slice(0, 3),
      channels: v.channel.slice(0, 2),
      anomaly_types: v.anomaly_type.slice(1, 4),
    }),
  ],
  ['nothing', () => ({ regions: [] })],
] as const)('rows outside a scope of %s change no answer', async (name, narrow) => {
  const turn = checks
  const scope: RowScope = { ...unrestricted, ...narrow(await valuesSeen()) }
  const [own, foreign] = [await someOrders(scope, true), await someOrders(scope, false)]
  const orders = [...own, ...foreign].slice(0, 4)
  const before = await askAll(scope, turn, orders)
  const all = await askAll(unrestricted, turn, [], CONTROLS)
  expect(await disturb(scope, turn)).toBeGreaterThan(100)
  const after = await askAll(scope, turn, orders)
  checks += before.size
  expect([...after].filter(([asked, answer]) => answer !== before.get(asked)).map(([asked]) => asked)).toEqual([])
  // The disturbance is one: who sees everything is told otherwise.
  const noticed = await askAll(unrestricted, turn, [], CONTROLS)
  const changed = [...noticed].filter(([asked, answer]) => answer !== all.get(asked))
  expect(changed.length).toBeGreaterThan(CONTROLS / 5)
  // And what is asked has answers.
  if (name !== 'nothing')
    expect([...before].filter(([, answer]) => answer.includes(own[0] ?? '?')).length).toBeGreaterThan(5)
})

test('more than eight hundred answers were held against each other', () => {
  expect(checks).toBeGreaterThan(800)
})

type Values = Record<'region' | 'channel' | 'shop_id' | 'anomaly_type', string[]>
async function valuesSeen(): Promise<Values> {
  const of = async (column: string, relation: string) =>
    (await warehouse.queryRows(`select ${column} as v from ${relation} group by v order by count() desc, v`, {})).map(
      ({ v }) => String(v),
    )
  return {
    region: await of('region', 'orders'),
    channel: await of('channel', 'orders'),
    shop_id: await of('shop_id', 'orders'),
    anomaly_type: await of('anomaly_type', 'anomaly_current'),
  }
}

/** The first of the orders that have the most anomalies, inside or outside. */
async function someOrders(scope: RowScope, isInside: boolean): Promise<string[]> {
  const rows = await warehouse.queryRows(
    'select order_id, any(channel) as channel, any(region) as region, any(shop_id) as shop from anomaly_current group by order_id order by count() desc, order_id',
    {},
  )
  const sees = (part: RowScope[keyof RowScope], value: unknown) => part === 'all' || part.includes(String(value))
  return rows
    .filter(
      (row) =>
        isInside ===
        (sees(scope.channels, row['channel']) && sees(scope.regions, row['region']) && sees(scope.shops, row['shop'])),
    )
    .slice(0, 2)
    .map(({ order_id }) => String(order_id))
}
