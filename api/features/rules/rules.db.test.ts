/** Rules by the API, on real models: what is in effect, what a proposal would have done, and the saving of it. */
// oxlint-disable unicorn/no-thenable -- a trial has two sides, now and then; neither is a function
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readProject } from '#transforms/engine/project.ts'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import {
  DAY,
  HOUR,
  OPENS,
  type Told,
  envelopesOf,
  paid,
  placed,
  tell,
} from '#transforms/models/anomalies/test-cases.ts'
import { createRuleBook } from '#transforms/rules/rule-book.ts'
import { TRIAL_LIMITS } from '#transforms/rules/trial.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import {
  type RuleProposal,
  type RulesReply,
  type Trial,
  type TrialOrders,
  partNameSchema,
} from '../../contract/rules.ts'
import { type TestApp, openTestApp } from '../../test-app.ts'
import { listAudit } from '../audit/audit.ts'
import { testCalendars } from '../calendars/test-calendars.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-rules-'))
const now = () => new Date(OPENS)
let warehouse: Warehouse
let opened: TestApp

const shipped = (hoursAfter: number, paidAgo: number): Told => [
  'shipment.handed_over',
  hoursAfter * HOUR - paidAgo,
  { shipment_id: 's1' },
]
const order = (id: string, agoMs: number, more: readonly Told[] = [], data: Record<string, unknown> = {}) =>
  envelopesOf(id, [placed(agoMs, { promised_ship_by: undefined, ...data }), paid(agoMs), ...more])

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
  const project = readProject()
  await tell(warehouse, [
    ...order('prompt', 100 * HOUR, [shipped(10, 100 * HOUR)]),
    ...order('slow', 100 * HOUR, [shipped(30, 100 * HOUR)]),
    ...order('late', 100 * HOUR, [shipped(60, 100 * HOUR)]),
    ...order('stuck', 80 * HOUR),
    ...order('elsewhere', 80 * HOUR, [], { channel: 'jd', region: 'north' }),
    ...order('older', 20 * DAY),
  ])
  await createTicker(warehouse, project).tick(OPENS)
  opened = await openTestApp({ rules: createRuleBook(warehouse, { now }), now })
})
afterAll(async () => {
  await opened.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const draft = {
  rule: 'not_shipped',
  channel: 'tmall',
  allowance_s: 24 * 3_600,
  valid_from: new Date(OPENS - 30 * DAY).toISOString(),
}
const window = { from: new Date(OPENS - 10 * DAY).toISOString(), to: new Date(OPENS).toISOString() }

async function ask(
  method: 'GET' | 'POST',
  url: string,
  payload?: unknown,
  who: Parameters<TestApp['as']>[0] = 'manager',
) {
  const headers = await opened.as(who)
  return opened.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload: payload as object }) })
}
async function tryOut(proposal: RuleProposal): Promise<Trial> {
  const reply = await ask('POST', '/api/rules/trials', { proposal, ...window })
  expect(reply.body).toContain('trial_id')
  return reply.json<Trial>()
}
async function behind(
  trial: Trial,
  part: string,
  more = '',
  who: Parameters<TestApp['as']>[0] = 'manager',
): Promise<TrialOrders> {
  return (
    await ask('GET', `/api/rules/trials/${trial.trial_id}/orders?part=${part}${more}`, undefined, who)
  ).json<TrialOrders>()
}
const idsOf = ({ rows }: TrialOrders): string[] => rows.map(({ order_id }) => order_id).sort()

test('the rules are told with the numbers in effect, defaults filled in', async () => {
  const { rules, may_change, calendars } = (await ask('GET', '/api/rules')).json<RulesReply>()
  const found = rules.find(({ rule }) => rule === 'not_shipped')
  expect(found).toMatchObject({
    rule_row: 'default:*',
    is_own: false,
    category: 'fulfillment',
    allowance_s: 172_800,
    valid_from: null,
    valid_until: null,
    amount_until: null,
  })
  expect({ may_change, calendars }).toEqual({ may_change: true, calendars: ['24x7', 'default'] })
  expect((await ask('GET', '/api/rules', undefined, 'agent')).json<RulesReply>().may_change).toBe(false)
})

test('a back-test says what would be gained and lost, and every number opens as its orders', async () => {
  const trial = await tryOut({ draft })
  expect(trial.orders).toBe(5)
  expect(idsOf(await behind(trial, 'now'))).toEqual(['elsewhere', 'late', 'stuck'])
  expect(idsOf(await behind(trial, 'then'))).toEqual(['elsewhere', 'late', 'slow', 'stuck'])
  expect(idsOf(await behind(trial, 'gained'))).toEqual(['slow'])
  expect(trial.parts.lost).toEqual({ orders: 0, cases: 0 })
  expect(trial.money).toEqual([{ currency: 'CNY', now: 30_000, then: 40_000 }])
  // It was sent before anybody would have had to do anything.
  expect(trial.worst.map(({ order_id, verdict }) => ({ order_id, verdict }))).toEqual([
    { order_id: 'slow', verdict: 'self_healed' },
  ])
  expect(idsOf(await behind(trial, 'promise_changed'))).toEqual(['slow'])
  for (const part of partNameSchema.options) {
    const found = await behind(trial, part)
    const { rows, orders, cases } = found
    expect({ part, orders, cases }).toEqual({ part, ...trial.parts[part] })
    expect({ part, rows: rows.length, ids: new Set(idsOf(found)).size }).toEqual({
      part,
      rows: cases,
      ids: orders,
    })
  }
  for (const { day, then } of trial.days) expect((await behind(trial, 'then', `&day=${day}`)).cases).toBe(then)
  expect(trial.days.reduce((sum, { then }) => sum + then, 0)).toBe(trial.parts.then.cases)
  // Whoever sees less is told less.
  expect(await behind(trial, 'then', '', 'agent.zhejiang')).toMatchObject({ rows: [], orders: 0, cases: 0 })
})

test('a back-test of a warning ends it when what it warned of is found broken, as ticks do', async () => {
  const trial = await tryOut({ draft: { ...draft, rule: 'ship_promise_at_risk' } })
  const { rows } = await behind(trial, 'now')
  const found = await warehouse.queryRows(
    "select order_id, level, if(resolver = '', 'open', resolver) as resolver from anomaly_current where anomaly_type = 'ship_promise_at_risk' and order_id != 'older' order by order_id",
  )
  expect(found).toContainEqual({ order_id: 'late', level: 'breached', resolver: 'expired' })
  const told = rows.map(({ order_id, now_level, verdict }) => ({ order_id, level: now_level, resolver: verdict }))
  expect(told.sort((a, b) => (a.order_id < b.order_id ? -1 : 1))).toEqual(found)
  expect(idsOf(await behind(trial, 'gained'))).toEqual(['slow'])
})

test('what starts to hold today is tried as if it had held all along', async () => {
  const trial = await tryOut({ draft: { ...draft, valid_from: new Date(OPENS + DAY).toISOString() } })
  expect(idsOf(await behind(trial, 'gained'))).toEqual(['slow'])
})

test('a longer allowance loses orders; nothing of a trial stays behind but its rows', async () => {
  const trial = await tryOut({ draft: { ...draft, allowance_s: 90 * 3_600 } })
  expect(idsOf(await behind(trial, 'lost'))).toEqual(['late', 'stuck'])
  const tables = await warehouse.queryRows(
    "select name from system.tables where database = 'orderlens' and startsWith(name, 'trial_')",
  )
  expect(tables).toEqual([])
})

test('only what was tried is saved, with an entry in the audit, and judges open cases anew', async () => {
  const { trial_id } = await tryOut({ draft })
  const other = { proposal: { draft: { ...draft, allowance_s: 1 } }, trial_id }
  expect((await ask('POST', '/api/rules', other)).json()).toMatchObject({ code: 'conflict' })
  expect((await ask('POST', '/api/rules', { proposal: { draft }, trial_id }, 'agent')).statusCode).toBe(403)
  const reply = await ask('POST', '/api/rules', { proposal: { draft }, trial_id })
  expect(reply.statusCode).toBe(201)
  expect(reply.json()).toMatchObject({ version: 1, allowance_s: 86_400, saved_by_name: expect.any(String) as string })
  const [entry] = (await listAudit(opened.state.knex, { limit: 1 })).entries
  expect(entry).toMatchObject({ verb: 'rule.saved', detail: { version: 1, trial_id, channel: 'tmall' } })
  await createTicker(warehouse, readProject()).tick(OPENS + 1_000)
  const [row] = await warehouse.queryRows(
    "select level, rule_version from anomaly_current where order_id = 'stuck' and anomaly_type = 'not_shipped'",
  )
  expect(row).toMatchObject({ level: 'escalated' })
  // A rule for the same orders is changed, not set twice.
  const twin = await tryOut({ draft: { ...draft, allowance_s: 7_200 } })
  expect(
    (
      await ask('POST', '/api/rules', {
        proposal: { draft: { ...draft, allowance_s: 7_200 } },
        trial_id: twin.trial_id,
      })
    ).statusCode,
  ).toBe(409)
})

test('whoever changes a version that is not the latest is told who was faster', async () => {
  const { rules } = (await ask('GET', '/api/rules')).json<RulesReply>()
  const rule_row = rules.find(({ is_own }) => is_own)?.rule_row ?? ''
  const save = async (proposal: RuleProposal) =>
    ask('POST', '/api/rules', { proposal, trial_id: (await tryOut(proposal)).trial_id })
  const second = { draft: { ...draft, allowance_s: 36 * 3_600 }, rule_row, expected_version: 1 }
  expect((await save(second)).json()).toMatchObject({ version: 2 })
  expect((await save({ ...second, draft: { ...draft, allowance_s: 3_600 } })).json()).toMatchObject({
    statusCode: 409,
    message: expect.stringContaining('version 2') as string,
  })
  expect((await save({ ...second, expected_version: 2, draft: { ...draft, channel: 'jd' } })).json()).toMatchObject({
    statusCode: 400,
  })
  expect((await save({ draft, rule_row, expected_version: 2, is_retired: true })).json()).toMatchObject({
    version: 3,
    is_retired: true,
  })
  const history = (await ask('GET', `/api/rules/${rule_row}/versions`)).json<{ version: number }[]>()
  expect(history.map(({ version }) => version)).toEqual([3, 2, 1])
  expect((await ask('GET', '/api/rules/nothing/versions')).statusCode).toBe(404)
})

testCalendars({ warehouseOf: () => warehouse, appOf: () => opened, ask, behind, window })

test.each([
  [{ rule: 'not_shippd' }, 'not_shipped'],
  [{ calendar: 'moon' }, 'default'],
  [{ promotion: 'none' }, 'double_11_2026'],
  [{ amount_from: 100 }, 'needs the currency'],
  [{ valid_until: draft.valid_from }, 'valid_from'],
  [{ at_risk_share: 2 }, 'at_risk_share'],
])('a proposal with %j is refused in words that help', async (wrong, told) => {
  const reply = await ask('POST', '/api/rules/trials', { proposal: { draft: { ...draft, ...wrong } }, ...window })
  expect(reply.statusCode).toBe(400)
  expect(reply.json<{ message: string }>().message).toContain(told)
})

test('a trial that meets its limit says so, and changes nothing', async () => {
  const book = createRuleBook(warehouse, { now, limits: { ...TRIAL_LIMITS, orders: 2 } })
  const small = await openTestApp({ rules: book, now })
  const reply = await small.app.inject({
    method: 'POST',
    url: '/api/rules/trials',
    headers: await small.as('manager'),
    payload: { proposal: { draft }, ...window },
  })
  await small.close()
  expect(reply.json()).toMatchObject({
    statusCode: 422,
    code: 'result_too_large',
    message: expect.stringContaining('2 orders at most') as string,
  })
})
