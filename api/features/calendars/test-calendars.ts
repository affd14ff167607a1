/** For tests: calendars by the API, within the warehouse and the people of the tests of rules, after which they come. */
import { expect, test } from 'vitest'
import { readProject } from '#transforms/engine/project.ts'
import { DAY, OPENS } from '#transforms/models/anomalies/test-cases.ts'
import { ruleDraftSchema } from '#transforms/rules/shop-rule.ts'
import { saveShopRule } from '#transforms/rules/store.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { CalendarsReply } from '../../contract/calendars.ts'
import type { Trial, TrialOrders } from '../../contract/rules.ts'
import type { TestApp } from '../../test-app.ts'
import { listAudit } from '../audit/audit.ts'

type Who = Parameters<TestApp['as']>[0]
type Reply = Awaited<ReturnType<TestApp['app']['inject']>>
type Given = {
  readonly warehouseOf: () => Warehouse
  readonly appOf: () => TestApp
  readonly ask: (method: 'GET' | 'POST', url: string, payload?: unknown, who?: Who) => Promise<Reply>
  readonly behind: (trial: Trial, part: string, more?: string) => Promise<TrialOrders>
  readonly window: { readonly from: string; readonly to: string }
}

const idsOf = ({ rows }: TrialOrders): string[] => rows.map(({ order_id }) => order_id).sort()

export function testCalendars({ warehouseOf, appOf, ask, behind, window }: Given): void {
  const project = readProject()
  let effect: Trial
  const iso = (ms: number): string => new Date(ms).toISOString()
  async function setRule(draft: object): Promise<void> {
    const saved = { version: 1, is_retired: false, saved_by: 'p', saved_by_name: 'Ann', saved_at: iso(OPENS) }
    const rule = { ...ruleDraftSchema.parse({ valid_from: iso(OPENS - 30 * DAY), ...draft }), ...saved }
    await saveShopRule(warehouseOf(), project, { rule: { ...rule, rule_row: `of ${rule.rule}` }, nowMs: OPENS + 1_500 })
  }

  /** Hours of a Tuesday morning only, since before everything: what was due within days is due in weeks. */
  const slowWeek = {
    zone: 'Asia/Shanghai',
    valid_from: '2026-10-01',
    shifts: [{ weekday: 2, opens: '09:00', closes: '12:00' }],
  }
  const slower = {
    of: 'calendar' as const,
    draft: { calendar: 'default', hours: slowWeek, note: 'the warehouse moves' },
  }
  const tryCalendar = (proposal: unknown, history: unknown = null, who?: Parameters<TestApp['as']>[0]) =>
    ask('POST', '/api/calendars/trials', { proposal, history }, who)

  test('a calendar tells its hours, its days, who uses it and where it comes from', async () => {
    await setRule({ rule: 'not_shipped', calendar: 'default', allowance_s: 10 * 3_600 })
    await createTicker(warehouseOf(), project).tick(OPENS + 2_000)
    const { calendars, promotions, may_change } = (await ask('GET', '/api/calendars')).json<CalendarsReply>()
    const [found] = calendars
    expect(found).toMatchObject({ calendar: 'default', version: 0, rules: ['not_shipped'], is_of_metrics: true })
    expect(found?.hours).toMatchObject([{ zone: 'Asia/Shanghai', first_day: '2015-01-01', version: 0 }])
    expect(found?.hours[0]?.shifts).toHaveLength(10)
    expect(found?.days).toContainEqual(expect.objectContaining({ day: '2026-10-10', kind: 'workday', works_as: 5 }))
    expect(promotions.map(({ promotion }) => promotion)).toEqual(['618_2026', 'double_11_2026', 'double_12_2026'])
    expect(may_change).toBe(true)
  })

  test('a change of a calendar shows which open promises are due at another time, and what the past would have been', async () => {
    effect = (await tryCalendar(slower)).json<Trial>()
    expect(idsOf(await behind(effect, 'due_later'))).toEqual(['elsewhere', 'older', 'stuck'])
    expect(effect.parts.due_changed).toEqual(effect.parts.due_later)
    expect(effect.due_changed).toEqual([{ anomaly_type: 'not_shipped', orders: 3, cases: 3 }])
    expect(idsOf(await behind(effect, 'due_changed', '&anomaly_type=not_shipped'))).toEqual([
      'elsewhere',
      'older',
      'stuck',
    ])
    expect(await behind(effect, 'due_changed', '&anomaly_type=refund_stalled')).toMatchObject({ rows: [], cases: 0 })
    const history = (await tryCalendar(slower, window)).json<Trial>()
    expect(idsOf(await behind(history, 'now'))).toEqual(['elsewhere', 'stuck'])
    expect(idsOf(await behind(history, 'lost'))).toEqual(['elsewhere', 'stuck'])
    expect(history.parts.then).toEqual({ orders: 0, cases: 0 })
    const unused = await tryCalendar({ ...slower, draft: { ...slower.draft, calendar: 'night' } })
    expect(unused.json<Trial>()).toMatchObject({ orders: 0, due_changed: [], parts: { due_changed: { cases: 0 } } })
  })

  test.each([
    [
      'hours that overlap',
      { hours: { ...slowWeek, shifts: [...slowWeek.shifts, { weekday: 2, opens: '11:00', closes: '13:00' }] } },
      'shifts_overlap',
    ],
    ['a zone there is not', { hours: { ...slowWeek, zone: 'Asia/Atlantis' } }, 'zone_unknown'],
    ['a holiday twice', { days: [1, 2].map(() => ({ day: '2026-12-25', kind: 'holiday' })) }, 'day_twice'],
    ['no reason', { days: [{ day: '2026-12-25', kind: 'holiday' }], note: ' ' }, 'fields_refused'],
  ])('%s is refused', async (_, wrong, reason) => {
    const reply = await tryCalendar({ of: 'calendar', draft: { calendar: 'default', note: 'why', ...wrong } })
    expect({ status: reply.statusCode, ...reply.json<object>() }).toMatchObject({ status: 400, reason })
  })

  test('a calendar is saved as it was tried, with an entry in the audit, and the orders are due as was shown', async () => {
    const { trial_id } = effect
    const { rows } = await behind(effect, 'due_later')
    expect((await ask('POST', '/api/calendars', { proposal: slower, trial_id }, 'agent')).statusCode).toBe(403)
    const other = { ...slower, draft: { ...slower.draft, note: 'another reason' } }
    expect((await ask('POST', '/api/calendars', { proposal: other, trial_id })).statusCode).toBe(409)
    const reply = await ask('POST', '/api/calendars', { proposal: slower, trial_id })
    expect(reply.json()).toMatchObject({ name: 'default', version: 1 })
    const [entry] = (await listAudit(appOf().state.knex, { limit: 1 })).entries
    expect(entry).toMatchObject({
      verb: 'calendar.saved',
      subject: 'calendar/default',
      detail: { version: 1, trial_id },
    })
    await createTicker(warehouseOf(), project).tick(OPENS + 3_000)
    const due = await warehouseOf().queryRows(
      "select order_id, concat(replaceOne(toString(due_at), ' ', 'T'), 'Z') as due from expectation_current where kind = 'ship_by' and order_id in ('elsewhere', 'older', 'stuck') order by order_id",
    )
    expect(due).toEqual(
      rows
        .map(({ order_id, then_due_at }) => ({ order_id, due: then_due_at }))
        .sort((a, b) => (a.order_id < b.order_id ? -1 : 1)),
    )
    const [{ hours, version } = { hours: [], version: 0 }] = (await ask('GET', '/api/calendars')).json<CalendarsReply>()
      .calendars
    expect({ version, hours }).toMatchObject({
      version: 1,
      hours: [{ last_day: '2026-09-30' }, { first_day: '2026-10-01', hours_source: 'the warehouse moves' }],
    })
    expect((await ask('POST', '/api/calendars', { proposal: slower, trial_id })).json()).toMatchObject({
      reason: 'calendar_saved_meanwhile',
    })
  })

  test('a promotion is added, changed and taken back, unless thresholds are for it', async () => {
    const periods = [{ begins: '2026-10-16 00:00', ends: '2026-10-17 12:00' }]
    const of = 'promotion' as const
    const sale = { of, draft: { promotion: 'flash', name: 'Flash', zone: 'UTC', periods, note: 'anniversary' } }
    const save = async (proposal: object) =>
      ask('POST', '/api/calendars', { proposal, trial_id: (await tryCalendar(proposal)).json<Trial>().trial_id })
    expect((await save(sale)).json()).toMatchObject({ name: 'flash', version: 1 })
    await setRule({ rule: 'label_no_pickup', promotion: 'flash', allowance_s: 3_600 })
    const none = { ...sale, draft: { ...sale.draft, periods: [] }, expected_version: 1 }
    expect((await tryCalendar(none)).json()).toMatchObject({
      reason: 'promotion_in_use',
      parts: { rules: 'label_no_pickup' },
    })
    const wrong = {
      ...sale,
      draft: { ...sale.draft, periods: [{ begins: periods[0]?.ends, ends: periods[0]?.begins }] },
    }
    expect((await tryCalendar(wrong)).json()).toMatchObject({ reason: 'promotion_ends_first' })
    const { promotions } = (await ask('GET', '/api/calendars')).json<CalendarsReply>()
    expect(promotions).toContainEqual(
      expect.objectContaining({ promotion: 'flash', periods, note: 'anniversary', rules: ['label_no_pickup'] }),
    )
  })
}
