/** What the metrics say of a simulated store equals what plain loops say of the same orders, events and deeds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLanding } from '#ingest/landing.ts'
import { createStore } from '#ingest/simulator/store.ts'
import { type Door, createDoor } from './door.ts'
import { type Row, type Told, readTold } from './test-told.ts'
import { unrestricted } from './request.ts'
import { createSlowBusinessMs } from './test-business-hours.ts'
import { createDeeds } from './test-deeds.ts'
import { type TestStore, openTestStore, storeStart } from './test-store.ts'

const DAY = 86_400_000
let store: TestStore
let door: Door
let told: Told
let asOf: number

beforeAll(async () => {
  const orders = [...createStore({ seed: 7, ordersPerDay: 150 }).ordersBetween(storeStart, storeStart + 7 * DAY)]
  const ingest = { createLanding, events: orders.flatMap(({ events }) => events) }
  store = await openTestStore({ ingest, days: 9, dealWith: createDeeds() })
  door = createDoor(store.warehouse, { now: () => store.now })
  told = await readTold(store)
  asOf = store.now.getTime()
}, 120_000)
afterAll(() => store.close())

const ratio = (rows: readonly Row[], above: (row: Row) => boolean): number | null =>
  rows.length === 0 ? null : rows.filter(above).length / rows.length
const mean = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
/** 50: the mean of the two middle values; otherwise the nearest rank. */
function percentile(numbers: readonly number[], percent: number): number | null {
  const sorted = [...numbers].sort((a, b) => a - b)
  const n = sorted.length
  if (n === 0) return null
  if (percent === 50) return ((sorted[Math.ceil(n / 2) - 1] ?? 0) + (sorted[Math.floor(n / 2)] ?? 0)) / 2
  return sorted[Math.ceil((n * percent) / 100) - 1] ?? null
}
const at = (row: Row, name: string): number | null => {
  const value = row[name]
  if (value !== null && typeof value !== 'number') throw new TypeError(`${name} is no instant: ${String(value)}`)
  return value
}
const known = (row: Row, name: string): number => at(row, name) ?? NaN
const parcels = (row: Row): Row[] => row['parcels'] as Row[]
const allArrived = (row: Row): boolean =>
  parcels(row).every((parcel) => parcel['delivered_at'] !== null && parcel['returned_at'] === null)
const onTime = (row: Row): boolean => known(row, 'delivered_at') <= known(row, 'promised_delivery_until')
const deliveredOrOverdue = (row: Row): boolean =>
  row['promised_delivery_until'] !== null &&
  (row['delivered_at'] !== null ||
    (known(row, 'promised_delivery_until') < asOf &&
      row['canceled_at'] === null &&
      row['closed_at'] === null &&
      row['completed_at'] === null))
const kept = (row: Row): boolean =>
  known(row, 'met_at') <= known(row, 'due_at') && !(known(row, 'void_at') < known(row, 'met_at'))
const broken = (row: Row): boolean =>
  known(row, 'due_at') <= asOf &&
  !(known(row, 'met_at') <= known(row, 'due_at')) &&
  !(known(row, 'void_at') <= known(row, 'due_at'))
const opened = (): Row[] => told.anomalies.filter((row) => row['opened_at'] !== null)
const confirmedOrders = (): Set<unknown> =>
  new Set(opened().flatMap((row) => (row['status'] === 'dismissed' ? [] : [row['order_id']])))
const badOrders = (): Set<unknown> =>
  new Set(
    opened().flatMap((row) =>
      row['status'] !== 'dismissed' &&
      ['payment_amount_mismatch', 'duplicate_payment'].includes(String(row['anomaly_type']))
        ? [row['order_id']]
        : [],
    ),
  )
const openNow = (): Row[] => opened().filter((row) => known(row, 'opened_at') <= asOf && row['resolved_at'] === null)
const repaired = (): Row[] =>
  opened().filter((row) => row['status'] === 'resolved' && known(row, 'resolved_at') >= known(row, 'detected_at'))
const owners = (row: Row): unknown[] => row['owners'] as unknown[]

const shares: Readonly<Record<string, () => number | null>> = {
  anomaly_rate: () => {
    const confirmed = confirmedOrders()
    return ratio(
      told.orders.filter((row) => row['created_at'] !== null),
      (row) => confirmed.has(row['order_id']),
    )
  },
  on_time_delivery_rate: () => ratio(told.orders.filter(deliveredOrOverdue), onTime),
  otif_rate: () => ratio(told.orders.filter(deliveredOrOverdue), (row) => onTime(row) && allArrived(row)),
  otif_line_rate: () =>
    ratio(
      told.orders.filter(deliveredOrOverdue).flatMap((row) => (row['lines'] as Row[]).map(() => row)),
      (row) => onTime(row) && allArrived(row),
    ),
  perfect_order_rate: () => {
    const bad = badOrders()
    return ratio(
      told.orders.filter((row) => row['delivered_at'] !== null && row['promised_delivery_until'] !== null),
      (row) =>
        onTime(row) &&
        allArrived(row) &&
        (row['payment_difference'] === null || Math.abs(Number(row['payment_difference'])) <= 1) &&
        !bad.has(row['order_id']),
    )
  },
  late_dispatch_rate: () =>
    ratio(
      told.promises.filter((row) => row['kind'] === 'ship_by' && (kept(row) || broken(row))),
      (row) => !kept(row),
    ),
  sla_attainment: () =>
    ratio(
      told.promises.filter((row) => kept(row) || broken(row)),
      kept,
    ),
  valid_tracking_rate: () =>
    ratio(
      told.orders.flatMap(parcels).filter((row) => row['handed_over_at'] !== null || row['first_scan_at'] !== null),
      (row) => row['first_scan_at'] !== null,
    ),
  refund_success_rate: () =>
    ratio(
      told.refunds.filter((row) => row['succeeded_at'] !== null || row['failed_at'] !== null),
      (row) => row['succeeded_at'] !== null,
    ),
  automation_rate: () =>
    ratio(
      opened().filter((row) => row['resolver'] === 'automation' || row['resolver'] === 'agent'),
      (row) => row['resolver'] === 'automation',
    ),
  self_heal_share: () =>
    ratio(
      opened().filter((row) => row['resolved_at'] !== null),
      (row) => row['resolver'] === 'self_healed',
    ),
  foreseen_share: () => ratio(opened(), (row) => known(row, 'detected_at') < known(row, 'opened_at')),
  reopen_rate: () =>
    ratio(
      opened().filter((row) => row['first_resolved_at'] !== null),
      (row) =>
        (row['reopened_ats'] as number[]).some(
          (t) => t > known(row, 'first_resolved_at') && t <= known(row, 'first_resolved_at') + 7 * DAY,
        ),
    ),
  detection_precision: () =>
    ratio(
      told.anomalies.filter((row) => Number(row['touches']) > 0),
      (row) => row['resolver'] !== 'false_positive',
    ),
  hand_off_rate: () =>
    ratio(
      opened().filter((row) => owners(row).length > 0),
      (row) => owners(row).length > 1,
    ),
  automation_failure_rate: () =>
    ratio(
      told.actions.filter((row) => row['is_automatic'] === true),
      (row) => row['failed_at'] !== null && row['executed_at'] === null,
    ),
  automation_override_rate: () =>
    ratio(
      told.actions.filter((row) => row['is_automatic'] === true && row['executed_at'] !== null),
      (row) => row['overridden_at'] !== null,
    ),
  we_knew_first_rate: () =>
    ratio(told.contacts, (contact) =>
      opened().some(
        (row) =>
          row['order_id'] === contact['order_id'] &&
          row['status'] !== 'dismissed' &&
          known(row, 'opened_at') <= known(contact, 'contacted_at') - 15 * 60_000,
      ),
    ),
  touches_per_case: () =>
    mean(
      opened()
        .filter((row) => row['resolver'] === 'agent')
        .map((row) => Number(row['touches'])),
    ),
  owners_per_case: () =>
    mean(
      opened()
        .filter((row) => owners(row).length > 0)
        .map((row) => owners(row).length),
    ),
}

const counts: Readonly<Record<string, () => number>> = {
  promises_running: () =>
    told.promises.filter(
      (row) =>
        known(row, 'set_at') <= asOf &&
        known(row, 'due_at') > asOf &&
        !(known(row, 'met_at') <= asOf) &&
        !(known(row, 'void_at') <= asOf),
    ).length,
  open_backlog: () => openNow().length,
  money_at_risk: () => openNow().reduce((sum, row) => sum + Number(row['exposure_amount']), 0),
  money_recovered: () =>
    told.anomalies
      .filter((row) => row['opened_at'] === null && row['status'] === 'resolved' && row['status_reason'] === '')
      .reduce((sum, row) => sum + Number(row['exposure_amount']), 0),
  resolved_untouched: () =>
    opened().filter((row) => row['resolver'] === 'automation' && row['acknowledged_at'] === null).length,
  anomalies_resolved: () => opened().filter((row) => row['status'] === 'resolved').length,
  parcels_shipped: () =>
    told.orders.flatMap(parcels).filter((row) => row['handed_over_at'] !== null || row['first_scan_at'] !== null)
      .length,
  refund_rows: () => told.refunds.length,
  buyer_contacts: () => told.contacts.length,
  actions_attempted: () => told.actions.length,
}

type Spans = () => { readonly since: number; readonly until: number; readonly pauses?: readonly [number, number][] }[]
const between =
  (rows: () => readonly Row[], since: string, until: string): Spans =>
  () =>
    rows()
      .map((row) => ({ since: known(row, since), until: known(row, until) }))
      .filter((span) => !Number.isNaN(span.until - span.since))
const sinceDetection = (until: string): Spans => {
  const spans = between(opened, 'detected_at', until)
  return () => spans().filter((span) => span.until >= span.since)
}
const durations: Readonly<Record<string, Spans>> = {
  time_to_detect: () =>
    opened().map((row) => ({
      since: known(row, 'opened_at'),
      until: Math.max(known(row, 'opened_at'), known(row, 'detected_at')),
    })),
  time_to_acknowledge: sinceDetection('acknowledged_at'),
  time_to_first_action: sinceDetection('first_action_at'),
  time_to_repair: () =>
    repaired().map((row) => ({
      since: known(row, 'detected_at'),
      until: known(row, 'resolved_at'),
      pauses: row['pauses'] as [number, number][],
    })),
  time_to_resolve: between(() => opened().filter((row) => row['status'] === 'resolved'), 'opened_at', 'resolved_at'),
  refund_cycle: between(() => told.refunds, 'requested_at', 'succeeded_at'),
  refund_decision: between(() => told.refunds, 'asked_at', 'decided_at'),
  refund_gateway: between(() => told.refunds, 'decided_at', 'succeeded_at'),
  backlog_age: () => openNow().map((row) => ({ since: known(row, 'detected_at'), until: asOf })),
  backlog_overdue: () => openNow().map((row) => ({ since: known(row, 'opened_at'), until: asOf })),
}

const valueOf = async (metric: string, time_basis?: 'business'): Promise<number | null> =>
  (await door.measure({ metric, ...(time_basis && { time_basis }) }, unrestricted)).rows[0]?.value ?? null

test.each(Object.entries(shares))('%s', async (metric, worked) => {
  const expected = worked()
  expect(await valueOf(metric)).toBe(expected)
  // A share of nothing or of everything would hold whatever the definition says.
  expect(expected).toBeGreaterThan(0)
  if (!metric.endsWith('_per_case') && metric !== 'refund_success_rate') expect(expected).toBeLessThan(1)
})

test.each(Object.entries(counts))('%s', async (metric, worked) => {
  const expected = worked()
  expect(await valueOf(metric)).toBe(expected)
  expect(expected).toBeGreaterThan(0)
})

const elapsed = ({ since, until }: { since: number; until: number }): number => until - since

test.each(Object.entries(durations))('%s, median and P90, in calendar and in business time', async (name, spans) => {
  const { shifts, holidays, zone } = readHours()
  const slow = createSlowBusinessMs({ shifts, holidays, zone })
  const bases = {
    calendar: elapsed,
    business: ({ since, until }: { since: number; until: number }) => slow(since, until),
  }
  expect(spans().length).toBeGreaterThan(5)
  for (const [basis, length] of Object.entries(bases)) {
    const seconds = spans().map((span) => {
      const paused = (span.pauses ?? []).map(([from, to]) => ({
        since: Math.max(from, span.since),
        until: Math.min(to, span.until),
      }))
      return (
        (length(span) - paused.reduce((sum, pause) => sum + (pause.until > pause.since ? length(pause) : 0), 0)) / 1000
      )
    })
    const ask = (metric: string) => valueOf(metric, basis === 'business' ? 'business' : undefined)
    expect(await ask(`median_${name}`)).toBeCloseTo(percentile(seconds, 50) ?? NaN, 6)
    expect(await ask(`p90_${name}`)).toBe(percentile(seconds, 90))
    if (name.startsWith('backlog')) expect(await ask(`max_${name}`)).toBe(Math.max(...seconds))
    else expect(await ask(`mean_${name}`)).toBeCloseTo(mean(seconds) ?? NaN, 3)
  }
})

test('a cohort is mature when all its rows are', async () => {
  const { rows } = await door.measure({ metric: 'anomaly_rate', grain: 'day' }, unrestricted)
  const isMature = (row: Row): boolean =>
    ['delivered_at', 'completed_at', 'canceled_at', 'closed_at'].some((name) => known(row, name) <= asOf) ||
    known(row, 'created_at') <= asOf - 30 * DAY
  for (const { keys, n, mature } of rows) {
    const from = Date.parse(String(keys[0]))
    const cohort = told.orders.filter(
      (row) => known(row, 'created_at') >= from && known(row, 'created_at') < from + DAY,
    )
    expect({ n, mature }).toEqual({ n: cohort.length, mature: cohort.filter(isMature).length })
  }
  expect(rows.some(({ n, mature }) => (mature ?? 0) < n)).toBe(true)
  const later = new Date(asOf + 40 * DAY).toISOString()
  const after = await door.measure({ metric: 'anomaly_rate', grain: 'day', as_of: later }, unrestricted)
  expect(after.rows.every(({ n, mature }) => mature === n)).toBe(true)
})

test('the backlog of an earlier instant is what was open then', async () => {
  for (const daysAgo of [1, 3]) {
    const t = asOf - daysAgo * DAY
    const open = opened().filter((row) => known(row, 'opened_at') <= t && !(known(row, 'resolved_at') <= t))
    const as_of = new Date(t).toISOString()
    const value = async (metric: string) => (await door.measure({ metric, as_of }, unrestricted)).rows[0]?.value
    expect(await value('open_backlog')).toBe(open.length)
    expect(await value('max_backlog_overdue')).toBe(
      (t - Math.min(...open.map((row) => known(row, 'opened_at')))) / 1000,
    )
  }
})

test("transitions, ways and places of waiting are those of the orders' own stages", async () => {
  const stages = [
    'created',
    'paid',
    'confirmed',
    'label_created',
    'handed_over',
    'first_scan',
    'delivered',
    'completed',
    'canceled',
    'closed',
  ]
  const ways = told.orders.map((row) =>
    stages
      .map((stage, rank) => ({ stage, rank, at: known(row, `${stage}_at`) }))
      .filter((step) => !Number.isNaN(step.at))
      .sort((a, b) => a.at - b.at || a.rank - b.rank),
  )
  const steps = ways.flatMap((way) =>
    way.slice(1).map((to, n) => ({ from: way[n]?.stage, to: to.stage, wait: to.at - (way[n]?.at ?? NaN) })),
  )
  const grouped = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
    const groups = new Map<string, T[]>()
    for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
    return groups
  }
  const answer = async (metric: string, by: string[]): Promise<Map<string, number | null>> => {
    const { rows } = await door.measure({ metric, by }, unrestricted)
    return new Map(rows.map(({ keys, value }) => [keys.join(' → '), value]))
  }
  const byStep = grouped(steps, ({ from, to }) => `${from} → ${to}`)
  const inSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)
  const waits = (percent: number): Map<string, number | null> =>
    new Map(
      [...byStep].map(([key, own]) => [
        key,
        inSeconds(
          percentile(
            own.map(({ wait }) => wait),
            percent,
          ),
        ),
      ]),
    )
  const sizes = <T>(groups: ReadonlyMap<string, readonly T[]>): Map<string, number> =>
    new Map([...groups].map(([key, own]) => [key, own.length]))
  const pair = ['from_stage', 'to_stage']
  expect(byStep.size).toBeGreaterThan(6)
  expect(await answer('transitions', pair)).toEqual(sizes(byStep))
  expect(await answer('median_transition_wait', pair)).toEqual(waits(50))
  expect(await answer('p90_transition_wait', pair)).toEqual(waits(90))
  const taken = ways.filter((way) => way.length > 0)
  const byWay = grouped(taken, (way) => way.map(({ stage }) => stage).join(' > '))
  expect(byWay.size).toBeGreaterThan(3)
  expect(await answer('order_variants', ['variant'])).toEqual(sizes(byWay))
  const standing = taken.filter((way) => !['completed', 'canceled', 'closed'].includes(way.at(-1)?.stage ?? ''))
  const byStage = grouped(standing, (way) => way.at(-1)?.stage ?? '')
  expect(await answer('orders_at_stage', ['from_stage'])).toEqual(sizes(byStage))
  expect(await answer('median_stage_age', ['from_stage'])).toEqual(
    new Map(
      [...byStage].map(([stage, own]) => [
        stage,
        inSeconds(
          percentile(
            own.map((way) => asOf - (way.at(-1)?.at ?? NaN)),
            50,
          ),
        ),
      ]),
    ),
  )
})

function readHours(): Parameters<typeof createSlowBusinessMs>[0] {
  const lines = (name: string): string[][] =>
    readFileSync(join(import.meta.dirname, `../seeds/${name}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  const shifts = lines('business_hours').map(
    ([, , weekday, opens = '', closes = '', valid_from = '', valid_until = '']) => ({
      weekday: Number(weekday),
      opens,
      closes,
      valid_from,
      valid_until,
    }),
  )
  return { zone: 'Asia/Shanghai', shifts, holidays: lines('holidays').map(([, day = '']) => day) }
}
