/** Calendars and promotions, and what a change of one would do.
 * GET /api/calendars · POST /api/calendars/trials (its outcome opens as those of rules do) · POST /api/calendars (saves what was tried)
 */
import { z } from 'zod'
import {
  calendarDraftSchema,
  promotionDraftSchema,
  shiftSchema,
  specialDaySchema,
} from '#transforms/rules/shop-calendar.ts'

const text = z.string()
/** Version 0, by nobody: as the seed has it. */
const saved = { version: z.number(), saved_by_name: text, saved_at: text }
const day = z.string()

export const calendarSchema = z.object({
  calendar: text,
  /** The latest change of hours or days; a proposal names it. */
  version: z.number(),
  /** Some may hold for the same days; what is worked on a day are the shifts of all of them. */
  hours: z.array(
    z.object({
      zone: text,
      first_day: day,
      last_day: day,
      shifts: z.array(shiftSchema),
      hours_source: text,
      ...saved,
    }),
  ),
  /** The days on which it is not as its week. */
  days: z.array(z.object({ ...specialDaySchema.shape, day, name: text, works_as: z.number(), note: text, ...saved })),
  /** Those with a threshold that counts in its hours. */
  rules: z.array(text),
  /** Whether it is what counts as business time in metrics. */
  is_of_metrics: z.boolean(),
})
export type Calendar = z.infer<typeof calendarSchema>

export const promotionSchema = z.object({
  promotion: text,
  name: text,
  zone: text,
  /** By the clock of the zone; none: it never runs. */
  periods: z.array(z.object({ begins: text, ends: text })),
  note: text,
  rules: z.array(text),
  ...saved,
})
export type Promotion = z.infer<typeof promotionSchema>

export const calendarsReplySchema = z.object({
  calendars: z.array(calendarSchema),
  promotions: z.array(promotionSchema),
  may_change: z.boolean(),
})
export type CalendarsReply = z.infer<typeof calendarsReplySchema>

/** The version it is a change of; 0 for what the shop never changed. */
const expected_version = z.int().min(0).default(0)
export const changeProposalSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('calendar'), draft: calendarDraftSchema, expected_version }),
  z.strictObject({ of: z.literal('promotion'), draft: promotionDraftSchema, expected_version }),
])
export type ChangeProposal = z.input<typeof changeProposalSchema>

export const changeTrialBodySchema = z.strictObject({
  proposal: changeProposalSchema,
  /** Orders placed in [from, to), as if hours had always been so; null: what is promised and open, as it would be saved. */
  history: z
    .strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) })
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
      path: ['to'],
      message: 'expected an instant after from',
    })
    .nullable()
    .default(null),
  zone: z.string().max(64).default('UTC'),
})

export const changeSaveBodySchema = z.strictObject({
  proposal: changeProposalSchema,
  /** A trial of exactly this proposal: nothing is saved whose effect nobody could see. */
  trial_id: z.string().regex(/^[0-9a-f]{32}$/),
})

export const savedChangeSchema = z.object({ name: text, ...saved })
export type SavedChange = z.infer<typeof savedChangeSchema>
