/**
 * Incidents are exactly what one cause made of a simulated store: the planted ones and no other, with the orders that were
 * hit; none where nothing was planted. Told in any order and any number of times they are the same.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectedTogether } from '#ingest/simulator/expected.ts'
import type { PlantedIncident } from '#ingest/simulator/incident.ts'
import type { Rush } from '#ingest/simulator/rush.ts'
import { type SimulatedOrder, createStore } from '#ingest/simulator/store.ts'
import { buildSelected } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createDoor } from '#transforms/query/door.ts'
import type { Place } from '#transforms/query/keyset.ts'
import { type Filter, type RowScope, unrestricted } from '#transforms/query/request.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const start = Date.UTC(2026, 9, 1)
const asOf = start + 12.5 * DAY
const PER_DAY = 450

const planted: readonly PlantedIncident[] = [
  { cause: 'warehouse', value: 'GZ-02', fromMs: start + 4.5 * DAY, toMs: start + 5.5 * DAY },
  { cause: 'carrier_lane', value: 'sf-express → 广东', fromMs: start + 6 * DAY, toMs: start + 8 * DAY },
  { cause: 'gateway', value: 'tenpay', fromMs: start + 8.2 * DAY, toMs: start + 8.4 * DAY },
]
/** A sale while the gateway is out: enough orders to tell that it is. Without that it makes no incident. */
const sale: Rush = { method: 'wechat_pay', fromMs: start + 8.25 * DAY, toMs: start + 8.25 * DAY + HOUR, orders: 48 }
/** The kinds of anomaly that show a cause, that of the orders that were hit first, and others that follow from it. */
const KINDS: Readonly<
  Record<PlantedIncident['cause'], { shown: readonly [first: string, ...others: string[]]; follow: readonly string[] }>
> = {
  warehouse: { shown: ['not_shipped'], follow: ['ship_promise_at_risk', 'delivery_late'] },
  carrier_lane: { shown: ['logistics_stalled'], follow: ['delivery_late'] },
  gateway: { shown: ['payment_failed', 'payment_failed_repeated'], follow: ['order_unpaid_timeout'] },
}

let pipeline: Pipeline
let orders: SimulatedOrder[]
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

const storeOf = (incidents: readonly PlantedIncident[]): SimulatedOrder[] => [
  ...createStore({ seed: 5, ordersPerDay: PER_DAY, incidents, rushes: [sale] }).ordersBetween(start, asOf),
]
const toldBy = (told: readonly SimulatedOrder[]) =>
  told
    .flatMap((order) => order.events)
    .filter((event) => event.emitAtMs <= asOf)
    .sort((a, b) => a.emitAtMs - b.emitAtMs)

type Member = { incident_id: string; anomaly_type: string; cause_kind: string; cause: string; order_id: string }
async function members(): Promise<Member[]> {
  // safe because the columns are those that the statement names
  return (await pipeline.warehouse.queryRows(
    'select incident_id, anomaly_type, cause_kind, cause, order_id from incident_member_current order by incident_id, order_id, anomaly_id',
  )) as Member[]
}

/** Every row of what is kept, in one number each; the pieces of days and the choices are many. */
const stored = (): Promise<Record<string, unknown>[]> => {
  const each = ['incident_blocks', 'incident_choices', 'incident_members'].map(
    (name) =>
      `select '${name}' as name, count() as n, sum(cityHash64(toString(tuple(* except (version))))) as all from ${name} final`,
  )
  // An order after a union is that of its last part alone.
  return pipeline.warehouse.queryRows(`select * from (${each.join(' union all ')}) order by name`)
}

test('a store in which nothing is planted has no incident', { timeout: 120_000 }, async () => {
  orders = storeOf([])
  await pipeline.land(
    'plain',
    toldBy(orders).map((event) => event.envelope),
  )
  await pipeline.ticker.tick(asOf)
  expect(Number((await pipeline.warehouse.queryRows('select count() as n from anomalies'))[0]?.['n'])).toBeGreaterThan(
    1_000,
  )
  expect(await members()).toEqual([])
})

test('the planted causes are found, each once for a kind of anomaly, and no other', { timeout: 120_000 }, async () => {
  await pipeline.close()
  pipeline = await openPipeline()
  orders = storeOf(planted)
  const emitted = toldBy(orders)
  for (let at = 0; at < emitted.length; at += 30_000) {
    const batch = emitted.slice(at, at + 30_000)
    await pipeline.land(
      'planted',
      batch.map((event) => event.envelope),
    )
    await pipeline.ticker.tick(batch.at(-1)?.emitAtMs ?? asOf)
  }
  await pipeline.ticker.tick(asOf)
  const found = await members()
  const incidents = [...new Map(found.map((member) => [member.incident_id, member])).values()]
  const named = incidents.map(({ anomaly_type, cause_kind, cause }) => `${anomaly_type} ${cause_kind} ${cause}`)
  const namesOf = (of: 'shown' | 'follow'): string[] =>
    planted.flatMap(({ cause, value }) => KINDS[cause][of].map((kind) => `${kind} ${cause} ${value}`))
  const due = namesOf('shown')
  const possible = [...due, ...namesOf('follow')]
  expect(named.filter((name) => !possible.includes(name))).toEqual([])
  expect(due.filter((name) => !named.includes(name))).toEqual([])
  expect(new Set(named).size).toBe(named.length)
})

test('its members are the orders that were hit, and few others', async () => {
  const found = await members()
  for (const { cause, value, fromMs, toMs } of planted) {
    const [kind] = KINDS[cause].shown
    const hit = new Set(
      orders
        .filter(({ createdAtMs, scenario }) => createdAtMs >= fromMs && createdAtMs < toMs && scenario === kind)
        .map(({ orderId }) => orderId),
    )
    const inIt = found.filter((member) => member.cause === value && member.anomaly_type === kind)
    const right = inIt.filter(({ order_id }) => hit.has(order_id)).length
    expect(right / inIt.length, `${value}: members that were hit`).toBeGreaterThan(0.75)
  }
})

test('all that a gateway refused while it was out are of its incident', async () => {
  const asked = orders.filter(({ story }) => story.basket.method === sale.method)
  const refused = expectedTogether(asked, asOf).filter(
    ({ type, orderId, attachedTo }) => type === 'payment_failed_repeated' && attachedTo !== orderId,
  )
  const found = await members()
  const inIt = new Set(
    found
      .filter((member) => member.anomaly_type === 'payment_failed_repeated' && member.cause === 'tenpay')
      .map(({ order_id }) => order_id),
  )
  expect(refused.length).toBeGreaterThan(20)
  expect(refused.filter(({ orderId }) => !inIt.has(orderId))).toEqual([])
})

test('what the door says of incidents opens as exactly their orders', { timeout: 120_000 }, async () => {
  const door = createDoor(pipeline.warehouse, { now: () => new Date(asOf) })
  const valueOf = async (metric: string, ...where: Filter[]) =>
    (await door.measure({ metric, where }, unrestricted)).rows[0]?.value ?? 0
  const all = await door.incidents({ state: 'all', limit: 200 }, unrestricted)
  const open = await door.incidents({ state: 'open', limit: 200 }, unrestricted)
  const over = await door.incidents({ state: 'resolved', limit: 200 }, unrestricted)
  expect(new Set(all.map((one) => one.incident_id))).toEqual(
    new Set((await members()).map((member) => member.incident_id)),
  )
  expect(open.length + over.length).toBe(all.length)
  expect(open.length).toBeGreaterThan(0)
  expect(await valueOf('open_incidents')).toBe(open.length)
  expect(await valueOf('incidents_begun')).toBe(all.length)
  for (const one of all) {
    const own: Filter = { dimension: 'incident', op: 'in', values: [one.incident_id] }
    const drill = await door.drill({ metric: 'anomalies_opened', where: [own], limit: 1_000 }, unrestricted)
    expect([drill.total, drill.orders, drill.rows.length]).toEqual([one.members, one.orders, one.members])
    expect(await valueOf('orders_in_incidents', own)).toBe(one.open_orders)
    expect(await valueOf('escalated_backlog', own)).toBe(one.escalated_members)
    expect(await valueOf('money_in_incidents', own)).toBe(one.exposure[0]?.amount ?? 0)
  }
})

test('an incident has its course, its members page by page, and its bars their anomalies', async () => {
  const door = createDoor(pipeline.warehouse, { now: () => new Date(asOf) })
  const [worst] = await door.incidents({ state: 'all', limit: 1 }, unrestricted)
  const id = worst?.incident_id ?? ''
  const incident = await door.incident(id, unrestricted)
  expect(incident?.hours.at(-1)?.open).toBe(incident?.open_members)
  expect(incident?.hours.reduce((sum, hour) => sum + hour.joined, 0)).toBe(incident?.members)
  const hot = incident?.blocks.filter((block) => block.is_hot) ?? []
  expect(hot.length).toBeGreaterThan(1)
  for (const { from, to, observed } of incident?.blocks ?? []) {
    const where: Filter[] = [
      { dimension: 'anomaly_type', op: 'in', values: [incident?.anomaly_type ?? ''] },
      { dimension: 'possible_cause', op: 'in', values: [`${incident?.cause_kind} ${incident?.cause}`] },
    ]
    const drill = await door.drill({ metric: 'anomalies_opened', where, from, to, limit: 1 }, unrestricted)
    expect(drill.total).toBe(observed)
  }
  const seen: string[] = []
  let after: Place | undefined
  do {
    const page = await door.incidentMembers(id, { state: 'all', limit: 17, after }, unrestricted)
    seen.push(...page.rows.map((row) => row.anomaly_id))
    after = page.next ?? undefined
  } while (after !== undefined)
  expect(seen.length).toBe(incident?.members)
  expect(new Set(seen).size).toBe(seen.length)
  await expect(door.incidentMembers(id, { state: 'all', limit: 5, after: ['x'] }, unrestricted)).rejects.toThrow(
    /no place/,
  )
})

test('who sees one region sees its orders of an incident, and not how many there are elsewhere', async () => {
  const door = createDoor(pipeline.warehouse, { now: () => new Date(asOf) })
  const scope: RowScope = { ...unrestricted, regions: ['广东'] }
  const mine = await door.incidents({ state: 'all', limit: 200 }, scope)
  expect(mine.length).toBeGreaterThan(0)
  for (const one of mine) {
    const { rows } = await door.incidentMembers(one.incident_id, { state: 'all', limit: 1_000 }, scope)
    expect(rows.every((row) => row.region === '广东')).toBe(true)
    expect([one.members, one.expected, one.score]).toEqual([rows.length, null, null])
  }
  expect((await door.incident(mine[0]?.incident_id ?? '', scope))?.blocks).toEqual([])
  const nobody = { ...unrestricted, channels: ['none'] }
  expect(await door.incident(mine[0]?.incident_id ?? '', nobody)).toBeNull()
})

test('the queue tells members of incidents by their incident, or one by one', async () => {
  const door = createDoor(pipeline.warehouse, { now: () => new Date(asOf) })
  for (const view of ['open', 'logistics', 'escalated']) {
    const single = await door.queue({ view, limit: 1 }, unrestricted)
    const together = await door.queue({ view, collapse: 'incidents', limit: 200 }, unrestricted)
    const inIncidents = together.incidents.reduce((sum, one) => sum + one.open_members, 0)
    expect([single.incidents, together.total + inIncidents]).toEqual([[], single.total])
    expect(inIncidents).toBeGreaterThan(0)
  }
})

test('told backwards and twice, looked at in between, the incidents are the same', { timeout: 120_000 }, async () => {
  const before = await members()
  expect(before.length).toBeGreaterThan(100)
  await pipeline.close()
  pipeline = await openPipeline()
  const emitted = toldBy(orders).reverse()
  for (let at = 0; at < emitted.length; at += 40_000) {
    const batch = emitted.slice(Math.max(0, at - 4_000), at + 40_000)
    await pipeline.land(
      'backwards',
      batch.map((event) => event.envelope),
    )
    await pipeline.ticker.tick(asOf - DAY + at / 100)
  }
  await pipeline.ticker.tick(asOf)
  expect(await members()).toEqual(before)
  const kept = await stored()
  const steps = await buildSelected(pipeline.warehouse, readProject(), {
    names: ['incident_blocks', 'incident_choices', 'incident_members'],
    isFullRefresh: true,
    nowMs: asOf,
  })
  expect(steps.map(({ outcome }) => outcome)).toEqual(['built', 'built', 'built'])
  expect(await members()).toEqual(before)
  expect(await stored()).toEqual(kept)
})
