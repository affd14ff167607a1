/** The shape of what a shop changes of its calendars and promotions: a proposal, and the change it becomes. */
import { z } from 'zod'
import { WALL_CLOCK } from './any.ts'

/** The days that calendars know, as in `calendar_days`. */
export const FIRST_DAY = '2015-01-01'
export const LAST_DAY = '2040-12-31'

const name = z.string().trim().min(1).max(100)
const note = z.string().trim().min(1).max(500).describe('why')
const zone = z.string().min(1).max(64).describe('a time zone such as Asia/Shanghai')
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of the day such as 09:00')
const weekday = z.int().min(1).max(7).describe('1 for Monday')
const day = z.iso
  .date()
  .refine((text) => text >= FIRST_DAY && text <= LAST_DAY, `expected a day from ${FIRST_DAY} to ${LAST_DAY}`)
/** What the clock on the wall shows, on a day that there is. */
const wall = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 2026-11-11 20:00')
  .refine((text) => day.safeParse(text.slice(0, 10)).success, `expected a day from ${FIRST_DAY} to ${LAST_DAY}`)

export const shiftSchema = z.strictObject({
  weekday,
  opens: clock,
  closes: clock.describe('at or before it opens: on the next day'),
})
export type Shift = z.output<typeof shiftSchema>

export const specialDaySchema = z.strictObject({
  day,
  kind: z.enum(['holiday', 'workday', 'regular']).describe('regular: as its week has it'),
  works_as: z.int().min(0).max(7).default(0).describe('the weekday whose shifts a workday has; else 0'),
  name: z.string().trim().max(100).default(''),
})
export type SpecialDay = z.output<typeof specialDaySchema>

export const calendarDraftSchema = z.strictObject({
  calendar: name.refine((text) => text !== WALL_CLOCK, `${WALL_CLOCK} is the clock on the wall, which has no hours`),
  hours: z
    .strictObject({ zone, valid_from: day, shifts: z.array(shiftSchema).min(1).max(100) })
    .nullable()
    .default(null)
    .describe('null: the week stays as it is'),
  days: z.array(specialDaySchema).max(400).default([]).describe('days that change; the others stay as they are'),
  note,
})
export type CalendarDraft = z.output<typeof calendarDraftSchema>

export const promotionDraftSchema = z.strictObject({
  promotion: name,
  name,
  zone,
  periods: z
    .array(z.strictObject({ begins: wall, ends: wall }))
    .max(50)
    .describe('when it runs, by the clock of the zone; none: never'),
  note,
})
export type PromotionDraft = z.output<typeof promotionDraftSchema>

/** Who saved a change, as which version, and when. */
export type Saved = {
  readonly version: number
  readonly saved_by: string
  readonly saved_by_name: string
  readonly saved_at: string
}
export type CalendarChange = CalendarDraft & Saved
export type PromotionChange = PromotionDraft & Saved

/** A change of one of the two, as it is tried and saved. */
export type Change =
  | { readonly of: 'calendar'; readonly change: CalendarChange }
  | { readonly of: 'promotion'; readonly change: PromotionChange }
export const nameOf = (one: Change): string => (one.of === 'calendar' ? one.change.calendar : one.change.promotion)
