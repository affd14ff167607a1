/**
 * Deadlines in business time against hours counted minute by minute, over zones, changes of clocks, holidays and nights;
 * and a rule that changes: what it re-opens, what it leaves alone, and a rebuild that agrees with the ticks.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSelected } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import { type Shift, createSlowBusinessMs } from '#transforms/query/test-business-hours.ts'
import { type ShopRule, ruleDraftSchema } from '#transforms/rules/shop-rule.ts'
import { saveChange } from '#transforms/rules/calendar-store.ts'
import { saveShopRule } from '#transforms/rules/store.ts'
import { type Ticker, createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { DAY, HOUR, OPENS, envelopesOf, found, paid, placed, tell } from '../anomalies/test-cases.ts'

const project = readProject()
const folder = mkdtempSync(join(tmpdir(), 'orderlens-thresholds-'))
let warehouse: Warehouse
let ticker: Ticker

const weekly = (opens: string, closes: string, days: readonly number[]): Shift[] =>
  days.map((weekday) => ({ weekday, opens, closes, valid_from: '2015-01-01', valid_until: '' }))
const workdays = [1, 2, 3, 4, 5]
const calendars = {
  shop: {
    zone: 'Asia/Shanghai',
    shifts: [...weekly('09:00', '12:00', workdays), ...weekly('13:30', '18:00', workdays)],
    holidays: ['2026-10-21', '2026-10-22'],
  },
  berlin: { zone: 'Europe/Berlin', shifts: weekly('08:00', '20:00', [1, 2, 3, 4, 5, 6, 7]), holidays: [] },
  night: { zone: 'America/New_York', shifts: weekly('22:00', '06:00', [1, 2, 5, 6, 7]), holidays: ['2026-11-01'] },
}

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  for (const [calendar, { zone, shifts, holidays }] of Object.entries(calendars)) {
    await warehouse.insertRows(
      'business_hours',
      shifts.map((shift) => ({ calendar, zone, ...shift, origin: 'test' })),
    )
    if (holidays.length > 0)
      await warehouse.insertRows(
        'holidays',
        holidays.map((day) => ({ calendar, day, name: 'test' })),
      )
  }
  ticker = createTicker(warehouse, project)
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

let saved = 0
type Given = Readonly<Record<string, unknown>> & Partial<Pick<ShopRule, 'rule_row' | 'version' | 'is_retired'>>
async function save(given: Given, nowMs: number): Promise<void> {
  await saveShopRule(warehouse, project, { rule: ruleOf(given), nowMs })
}
const ruleOf = ({ rule_row = `row ${++saved}`, version = 1, is_retired = false, ...draft }: Given): ShopRule => ({
  ...ruleDraftSchema.parse({ rule: 'not_shipped', valid_from: iso(OPENS - 30 * DAY), ...draft }),
  rule_row,
  version,
  is_retired,
  saved_by: 'p1',
  saved_by_name: 'Ann',
  saved_at: iso(OPENS),
})
const iso = (ms: number): string => new Date(ms).toISOString()

/** What `expectations` says of an order's shipping. */
async function shipping(): Promise<Map<string, { due: number; row: string; calendar: string; version: number }>> {
  const rows = await warehouse.queryRows(
    `select order_id, toString(toUnixTimestamp64Milli(due_at)) as due, threshold_snapshot as snapshot, calendar, rule_version
     from expectation_current where kind = 'ship_by'`,
  )
  return new Map(
    rows.map((row) => [
      String(row['order_id']),
      {
        due: Number(row['due']) - OPENS,
        row: String((JSON.parse(String(row['snapshot'])) as Record<string, string>)['row']),
        calendar: String(row['calendar']),
        version: Number(row['rule_version']),
      },
    ]),
  )
}

const order = (id: string, agoMs: number, data: Record<string, unknown> = {}) =>
  envelopesOf(id, [placed(agoMs, { promised_ship_by: undefined, ...data }), paid(agoMs)])

test('a deadline in business time is when the calendar has counted the allowance', async () => {
  const starts = [...Array(60).keys()].map((n) => ({ n, agoMs: 12 * DAY - n * 7 * HOUR - n * 11 * 60_000 }))
  for (const calendar of Object.keys(calendars))
    await tell(
      warehouse,
      starts.flatMap(({ n, agoMs }) => order(`${calendar} ${n}`, agoMs, { channel: calendar })),
    )
  for (const calendar of Object.keys(calendars))
    await save({ channel: calendar, calendar, allowance_s: 17 * 3_600 }, OPENS - 13 * DAY)
  await ticker.tick(OPENS)
  const promises = await shipping()
  for (const [calendar, hours] of Object.entries(calendars)) {
    const slow = createSlowBusinessMs(hours)
    for (const { n, agoMs } of starts) {
      const { due = 0, calendar: told } = promises.get(`${calendar} ${n}`) ?? {}
      const worked = slow(-agoMs + OPENS, OPENS + due)
      expect({ calendar, n, told, worked }).toEqual({ calendar, n, told: calendar, worked: 17 * HOUR })
      // The deadline is the instant itself, not the end of the pause after it.
      expect(slow(-agoMs + OPENS, OPENS + due - 60_000)).toBe(17 * HOUR - 60_000)
    }
  }
})

test('a changed rule judges open cases anew, those whose clock started since it is in effect', async () => {
  await tell(warehouse, [...order('old', 30 * HOUR, { channel: 'jd' }), ...order('new', 20 * HOUR, { channel: 'jd' })])
  await ticker.tick(OPENS + HOUR)
  expect((await found(warehouse)).get('new')).toBeUndefined()
  await save(
    { rule_row: 'jd', channel: 'jd', allowance_s: 12 * 3_600, valid_from: iso(OPENS - 24 * HOUR) },
    OPENS + HOUR,
  )
  await ticker.tick(OPENS + HOUR + 1_000)
  const promises = await shipping()
  expect(promises.get('old')).toMatchObject({ row: 'default:*', version: 1, due: 18 * HOUR })
  expect(promises.get('new')).toMatchObject({ row: 'jd', version: 1, due: -8 * HOUR })
  const [late] = (await found(warehouse)).get('new') ?? []
  expect(late).toMatchObject({ type: 'not_shipped', level: 'breached', openedAt: -8 * HOUR })
  expect(late?.threshold).toMatchObject({ row: 'jd', holds_for: 'channel jd', allowance_s: '43200' })
})

test('what is more specific wins, and a retired rule gives way to what is less so', async () => {
  const own = { channel: 'jd', region: 'north', rule_row: 'jd north' }
  await tell(warehouse, order('north', 10 * HOUR, { channel: 'jd', region: 'north' }))
  await save({ ...own, allowance_s: 100 * 3_600, valid_from: iso(OPENS - 11 * HOUR) }, OPENS + 2 * HOUR)
  await ticker.tick(OPENS + 2 * HOUR)
  expect((await shipping()).get('north')).toMatchObject({ row: 'jd north', due: 90 * HOUR })
  const retired = { ...own, version: 2, is_retired: true, valid_from: iso(OPENS - 11 * HOUR) }
  await save(retired, OPENS + 3 * HOUR)
  await ticker.tick(OPENS + 3 * HOUR)
  expect((await shipping()).get('north')).toMatchObject({ row: 'jd', due: 2 * HOUR })
})

test('a limit of an order is the one in effect when it was placed', async () => {
  const failed = (atMs: number, n: number) =>
    ['payment.failed', -atMs, { payment_id: `f${n}`, amount: 1, currency: 'CNY' }] as const
  const twice = (id: string, agoMs: number) =>
    envelopesOf(id, [placed(agoMs, { channel: 'web' }), failed(agoMs - 60_000, 1), failed(agoMs - 120_000, 2)])
  await tell(warehouse, [...twice('few', 60 * HOUR), ...twice('enough', 6 * HOUR)])
  await save(
    { rule: 'payment_failed_repeated', channel: 'web', limit_count: 2, valid_from: iso(OPENS - DAY) },
    OPENS + 4 * HOUR,
  )
  await ticker.tick(OPENS + 4 * HOUR)
  const types = async (id: string) => ((await found(warehouse)).get(id) ?? []).map(({ type }) => type)
  expect(await types('few')).not.toContain('payment_failed_repeated')
  expect(await types('enough')).toContain('payment_failed_repeated')
})

test('changed hours, days and promotions judge the orders anew that they concern', async () => {
  const before = await shipping()
  const change = { version: 1, note: 'why', saved_by: 'p1', saved_by_name: 'Ann', saved_at: iso(OPENS) }
  const day = (on: string, kind: 'holiday' | 'workday' | 'regular', works_as = 0) => ({
    day: on,
    kind,
    works_as,
    name: '',
  })
  const nowMs = OPENS + 5 * HOUR
  const shifts = workdays.map((weekday) => ({ weekday, opens: '10:00', closes: '16:00' }))
  const days = [day('2026-10-22', 'regular'), day('2026-10-23', 'holiday'), day('2026-10-24', 'workday', 1)]
  const hours = { zone: 'Asia/Shanghai', valid_from: '2026-10-19', shifts }
  await saveChange(warehouse, project, {
    change: { of: 'calendar', change: { calendar: 'shop', hours, days, ...change } },
    nowMs,
  })
  await save({ channel: 'jd', promotion: 'flash', allowance_s: 3_600 }, nowMs)
  const wall = (ms: number): string => iso(ms).slice(0, 16).replace('T', ' ')
  const periods = [{ begins: wall(OPENS - 22 * HOUR), ends: wall(OPENS - 18 * HOUR) }]
  const flash = { promotion: 'flash', name: 'Flash', zone: 'UTC', periods, ...change }
  await saveChange(warehouse, project, { change: { of: 'promotion', change: flash }, nowMs })
  await ticker.tick(nowMs)

  const after = await shipping()
  const until = (shift: Shift): Shift => ({ ...shift, valid_until: '2026-10-18' })
  const slow = createSlowBusinessMs({
    zone: 'Asia/Shanghai',
    shifts: [
      ...calendars.shop.shifts.map(until),
      ...shifts.map((shift) => ({ ...shift, valid_from: hours.valid_from, valid_until: '' })),
    ],
    holidays: ['2026-10-21', '2026-10-23'],
    workdays: { '2026-10-24': 1 },
  })
  const shop = [...after].filter(([id]) => id.startsWith('shop '))
  for (const [id, { due }] of shop) {
    const n = Number(id.slice(5))
    expect({ id, worked: slow(OPENS - 12 * DAY + n * 7 * HOUR + n * 11 * 60_000, OPENS + due) }).toEqual({
      id,
      worked: 17 * HOUR,
    })
  }
  const moved = [...after].filter(([id, { due }]) => before.get(id)?.due !== due).map(([id]) => id)
  expect(moved.filter((id) => !id.startsWith('shop '))).toEqual(['new'])
  expect(after.get('new')).toMatchObject({ due: -19 * HOUR })
  expect(moved.length).toBeGreaterThan(20)
  expect(moved.length).toBeLessThan(shop.length)
})

test('a rebuild has the rows of the ticks, rules and calendars of the shop and all', async () => {
  const rows = async (table: string) =>
    (
      await warehouse.queryRows(
        `select * except (version${table === 'anomalies' ? ', detected_at' : ''}) from ${table} final`,
      )
    )
      .map((row) => JSON.stringify(row))
      .sort()
  const before = { expectations: await rows('expectations'), anomalies: await rows('anomalies') }
  const names = ['expectations', 'anomalies']
  await buildSelected(warehouse, project, { names, isFullRefresh: true, nowMs: OPENS + 5 * HOUR })
  expect({ expectations: await rows('expectations'), anomalies: await rows('anomalies') }).toEqual(before)
  expect(before.anomalies.length).toBeGreaterThan(100)
})
