/** The shop's calendars and promotions where models read them. A change is added, never changed. */
import { z } from 'zod'
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import type { Project } from '../engine/project.ts'
import { engineInstant } from '../query/parameters.ts'
import { dayAfter } from './calendar-fault.ts'
import { type CalendarChange, type Change, FIRST_DAY, LAST_DAY, type PromotionChange } from './shop-calendar.ts'
import { putInEffect, wakeOrders } from './store.ts'

export const TABLE_OF = { calendar: 'shop_calendars', promotion: 'shop_promotions' } as const
/** A day of a calendar may begin so much before and end so much after the same day of UTC. */
const ZONE_DAYS = 2

export async function saveChange(
  warehouse: Warehouse,
  project: Project,
  { change, nowMs }: { change: Change; nowMs: number },
): Promise<void> {
  const orders =
    change.of === 'calendar' ? ordersOfCalendar(change.change) : await ordersOfPromotion(warehouse, change.change)
  const wake = () => wakeOrders(warehouse, orders, nowMs)
  const write = () => warehouse.insertRows(TABLE_OF[change.of], [rowOfChange(change)])
  await putInEffect(warehouse, project, { wake, write }, nowMs)
}

export function rowOfChange(one: Change): Record<string, unknown> {
  const saved = { saved_at: engineInstant(one.change.saved_at) }
  if (one.of === 'promotion') return { ...one.change, ...saved }
  const { hours, ...rest } = one.change
  return {
    ...rest,
    zone: hours?.zone ?? '',
    valid_from: hours?.valid_from ?? null,
    shifts: hours?.shifts ?? [],
    ...saved,
  }
}

/** A deadline that lies before the first day that changes stays where it is, and so does every level before it. */
function ordersOfCalendar({ calendar, hours, days }: CalendarChange): { sql: string; params: QueryParams } {
  const [first = FIRST_DAY] = [...(hours === null ? [] : [hours.valid_from]), ...days.map(({ day }) => day)].toSorted()
  return {
    sql: `select distinct order_id from expectations final
      where calendar = {calendar:String} and greatest(due_at, escalate_at) >= toDateTime64({first:String}, 3, 'UTC')`,
    params: { calendar, first: dayAfter(first, -ZONE_DAYS) },
  }
}

/** Clocks start with events: an order told of nothing since the first of its periods has none that the promotion is for. */
async function ordersOfPromotion(
  warehouse: Warehouse,
  { promotion, periods }: PromotionChange,
): Promise<{ sql: string; params: QueryParams }> {
  const before = await warehouse.query(
    {
      name: 'when a promotion ran',
      sql: 'select begins from promotion_periods where promotion = {promotion:String}',
      row: z.object({ begins: z.string() }),
    },
    { promotion },
  )
  const [first = LAST_DAY] = [...before, ...periods].map(({ begins }) => begins.slice(0, 10)).toSorted()
  return {
    sql: `select order_id from order_state final
      where last_event_at >= toDateTime64({first:String}, 3, 'UTC') and (select count() from shop_rules where promotion = {promotion:String}) > 0`,
    params: { promotion, first: dayAfter(first, -ZONE_DAYS) },
  }
}
