/** Calendars and promotions as people see them, what a change of one would do, and the saving of it. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Project } from '../engine/project.ts'
import { type Fault, type Hours, faultOfCalendar, faultOfPromotion } from './calendar-fault.ts'
import { TABLE_OF, rowOfChange, saveChange } from './calendar-store.ts'
import { type Change, FIRST_DAY, nameOf } from './shop-calendar.ts'
import type { Trials } from './trials.ts'

/** What counts as business time in metrics. */
const OF_METRICS = 'default'
const NUMBER = z.coerce.number()
const instant = z.string().transform((text) => `${text.replace(' ', 'T')}Z`)
const saved = { version: NUMBER, saved_by_name: z.string(), saved_at: instant }
const shift = z.object({ weekday: NUMBER, opens: z.string(), closes: z.string() })

const hoursRow = z.object({
  calendar: z.string(),
  zone: z.string(),
  first_day: z.string(),
  last_day: z.string(),
  shifts: z.array(shift),
  hours_source: z.string(),
  ...saved,
})
const dayRow = z.object({
  calendar: z.string(),
  day: z.string(),
  kind: z.enum(['holiday', 'workday']),
  works_as: NUMBER,
  name: z.string(),
  note: z.string(),
  ...saved,
})
const promotionRow = z.object({
  promotion: z.string(),
  name: z.string(),
  zone: z.string(),
  periods: z.array(z.object({ begins: z.string(), ends: z.string() })),
  note: z.string(),
  ...saved,
})
const latestRow = z.object({ kind: z.enum(['calendar', 'promotion']), name: z.string(), ...saved })
const useRow = z.object({ kind: z.enum(['calendar', 'promotion']), name: z.string(), rule: z.string() })

export type CalendarView = {
  calendar: string
  /** The latest change of the shop; 0: as the seed has it. */
  version: number
  hours: Omit<z.output<typeof hoursRow>, 'calendar'>[]
  days: Omit<z.output<typeof dayRow>, 'calendar'>[]
  rules: string[]
  is_of_metrics: boolean
}
export type PromotionView = z.output<typeof promotionRow> & { rules: string[] }
export type Calendars = { calendars: CalendarView[]; promotions: PromotionView[] }
/** A fault that only what is there decides, besides those of the shape. */
export type ChangeFault = Omit<Fault, 'reason'> & {
  readonly reason: Fault['reason'] | 'zone_unknown' | 'promotion_in_use'
}

export type CalendarBook = ReturnType<typeof createCalendarBook>

export function createCalendarBook(
  warehouse: Warehouse,
  project: Project,
  { now, trials }: { now: () => Date; trials: Trials },
) {
  /** Hours that hold for the same days and come from the same change are a week. */
  const weeks = () =>
    warehouse.query({
      name: 'hours of calendars',
      sql: `select calendar, zone, toString(any_first) as first_day, toString(any_last) as last_day, shifts, hours_source, version, saved_by_name, toString(any_at) as saved_at
        from (
          select calendar, zone, first_day as any_first, last_day as any_last, version, any(hours_source) as hours_source, any(saved_by_name) as saved_by_name, max(saved_at) as any_at,
            arraySort(s -> (s.weekday, s.opens), groupArray(cast((weekday, opens, closes), 'Tuple(weekday UInt8, opens String, closes String)'))) as shifts
          from calendar_hours group by calendar, zone, any_first, any_last, version
        ) order by calendar, any_first`,
      row: hoursRow,
    })
  const specialDays = () =>
    warehouse.query({
      name: 'special days of calendars',
      sql: 'select * replace (toString(day) as day, toString(saved_at) as saved_at) from calendar_exceptions order by calendar, day',
      row: dayRow,
    })
  /** Also those that the shop took back, which have no periods. */
  const promotions = () =>
    warehouse.query({
      name: 'promotions',
      sql: `select promotion, name, zone, version, any(note) as note, any(saved_by_name) as saved_by_name, toString(max(saved_at)) as saved_at,
          arraySort(p -> p.begins, groupArray(cast((begins, ends), 'Tuple(begins String, ends String)'))) as periods
        from promotion_periods group by promotion, name, zone, version
        union all
        select promotion, name, zone, version, note, saved_by_name, toString(saved_at) as saved_at, periods
        from (select * from shop_promotions final order by version desc limit 1 by promotion) where empty(periods)`,
      row: promotionRow,
    })
  const latest = () =>
    warehouse.query({
      name: 'latest changes of calendars',
      sql: `select 'calendar' as kind, calendar as name, version, saved_by_name, toString(saved_at) as saved_at
        from (select * from shop_calendars final order by version desc limit 1 by calendar)
        union all
        select 'promotion' as kind, promotion as name, version, saved_by_name, toString(saved_at) as saved_at
        from (select * from shop_promotions final order by version desc limit 1 by promotion)`,
      row: latestRow,
    })
  const uses = () =>
    warehouse.query(
      {
        name: 'rules that use calendars',
        sql: `select distinct kind, name, rule from (
            select rule, arrayJoin([('calendar', calendar), ('promotion', promotion)]) as one, one.1 as kind, one.2 as name
            from rule_versions where valid_until_ms > {now:Int64}
          ) where name not in ('24x7', '*') order by kind, name, rule`,
        row: useRow,
      },
      { now: String(now().getTime()) },
    )

  async function rulesOf(one: Change): Promise<string[]> {
    const found = await uses()
    return found.filter(({ kind, name }) => kind === one.of && name === nameOf(one)).map(({ rule }) => rule)
  }

  async function list(): Promise<Calendars> {
    const [found, days, periods, changes, used] = await Promise.all([
      weeks(),
      specialDays(),
      promotions(),
      latest(),
      uses(),
    ])
    const rulesFor = (kind: Change['of'], name: string): string[] =>
      used.filter((use) => use.kind === kind && use.name === name).map(({ rule }) => rule)
    const names = [...new Set(found.map(({ calendar }) => calendar))]
    return {
      calendars: names.map((calendar) => ({
        calendar,
        version: changes.find(({ kind, name }) => kind === 'calendar' && name === calendar)?.version ?? 0,
        hours: found.flatMap(({ calendar: of, ...one }) => (of === calendar ? [one] : [])),
        days: days.flatMap(({ calendar: of, ...one }) => (of === calendar ? [one] : [])),
        rules: rulesFor('calendar', calendar),
        is_of_metrics: calendar === OF_METRICS,
      })),
      promotions: periods
        .toSorted((a, b) => ((a.periods[0]?.begins ?? '') < (b.periods[0]?.begins ?? '') ? -1 : 1))
        .map((one) => ({ ...one, rules: rulesFor('promotion', one.promotion) })),
    }
  }

  async function isZone(zone: string): Promise<boolean> {
    const rows = await warehouse.query(
      {
        name: 'a time zone',
        sql: 'select time_zone from system.time_zones where time_zone = {zone:String}',
        row: z.object({ time_zone: z.string() }),
      },
      { zone },
    )
    return rows.length > 0
  }

  /** What is wrong with it, if anything. */
  async function faultOf(one: Change): Promise<ChangeFault | null> {
    const zone = one.of === 'calendar' ? one.change.hours?.zone : one.change.zone
    if (zone !== undefined && !(await isZone(zone)))
      return {
        reason: 'zone_unknown',
        message: `there is no time zone named '${zone}'; expected one such as Asia/Shanghai`,
        parts: { came: zone },
      }
    if (one.of === 'promotion') {
      const rules = one.change.periods.length === 0 ? await rulesOf(one) : []
      if (rules.length > 0)
        return {
          reason: 'promotion_in_use',
          message: `thresholds of ${rules.join(', ')} are for this promotion; retire them first, or let it end`,
          parts: { rules: rules.join(', ') },
        }
      return faultOfPromotion(one.change)
    }
    const [found, days] = await Promise.all([weeks(), specialDays()])
    const mine = <Row extends { calendar: string }>(rows: Row[]): Row[] =>
      rows.filter(({ calendar }) => calendar === one.change.calendar)
    const hours: Hours[] = mine(found)
    return faultOfCalendar(one.change, { hours, days: mine(days) })
  }

  return {
    list,
    faultOf,

    /** The latest change of it, where the shop made any. */
    async latestOf(one: Change): Promise<z.output<typeof latestRow> | null> {
      return (await latest()).find(({ kind, name }) => kind === one.of && name === nameOf(one)) ?? null
    },

    /**
     * Of the promises that are open, as it would be saved. Of orders of the past, other hours as if they had been in effect all
     * along: from the day they begin there is no history yet. Days and promotions stay where they are.
     */
    async tryOut(one: Change, orders: 'open' | { from: string; to: string }, by: string): Promise<string> {
      return trials.run(
        {
          table: TABLE_OF[one.of],
          row: rowOfChange(orders === 'open' ? one : always(one)),
          rules: await rulesOf(one),
          orders,
        },
        { subject: `${one.of}/${nameOf(one)}`, draft: draftText(one), by },
      )
    },

    trial: trials.outcome,
    wasTried: (trialId: string, one: Change): Promise<boolean> => trials.wasOf(trialId, draftText(one)),

    save: (one: Change): Promise<void> => saveChange(warehouse, project, { change: one, nowMs: now().getTime() }),
  }
}

function always(one: Change): Change {
  if (one.of === 'promotion' || one.change.hours === null) return one
  return { ...one, change: { ...one.change, hours: { ...one.change.hours, valid_from: FIRST_DAY } } }
}

/** Everything but who and when. */
function draftText({ of, change }: Change): string {
  return JSON.stringify([of, { ...change, saved_by: '', saved_by_name: '', saved_at: '' }])
}
