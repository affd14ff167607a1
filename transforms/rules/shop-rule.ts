/** The shape of a threshold the shop sets itself: the orders it is for, when it is in effect, and its numbers. */
import { z } from 'zod'
import { ANY, WALL_CLOCK } from './any.ts'

/** No upper end: the largest whole number that every part of the product tells exactly. */
export const FOREVER = Number.MAX_SAFE_INTEGER

const YEAR_S = 366 * 86_400
const dimension = z.string().trim().min(1).max(200).default(ANY)
const seconds = z.int().min(0).max(YEAR_S).nullable().default(null)
const minor = z.int().min(0).max(1_000_000_000_000)

export const ruleDraftSchema = z
  .strictObject({
    rule: z.string().min(1).max(100).describe('the rule it is a threshold of, such as not_shipped'),
    channel: dimension,
    region: dimension,
    payment_method: dimension,
    carrier: dimension,
    product_category: dimension,
    currency: dimension,
    amount_from: minor.default(0).describe('least payable amount, in minor units of the currency'),
    amount_until: minor.nullable().default(null).describe('the payable amount from which on it does not hold any more'),
    promotion: dimension,
    calendar: z.string().min(1).max(100).default(WALL_CLOCK).describe('in whose hours the allowance passes'),
    allowance_s: seconds.describe('null: as the default'),
    at_risk_share: z.number().min(0).max(1).nullable().default(null),
    escalate_factor: z.number().min(1).max(20).nullable().default(null),
    tolerance_minor: minor.nullable().default(null),
    limit_count: z.int().min(1).max(1_000).nullable().default(null),
    window_s: seconds,
    valid_from: z.iso.datetime().describe('orders whose clock starts from here on'),
    valid_until: z.iso.datetime().nullable().default(null),
    note: z.string().trim().max(500).default('').describe('where the threshold comes from'),
  })
  .refine((draft) => draft.currency !== ANY || (draft.amount_from === 0 && draft.amount_until === null), {
    path: ['currency'],
    message: 'an amount band needs the currency it is in',
  })
  .refine((draft) => draft.amount_until === null || draft.amount_until > draft.amount_from, {
    path: ['amount_until'],
    message: 'expected more than amount_from',
  })
  .refine((draft) => draft.valid_until === null || Date.parse(draft.valid_until) > Date.parse(draft.valid_from), {
    path: ['valid_until'],
    message: 'expected an instant after valid_from',
  })
export type RuleDraft = z.output<typeof ruleDraftSchema>

/** One version of a rule of the shop, with who saved it and when. */
export type ShopRule = RuleDraft & {
  readonly rule_row: string
  readonly version: number
  readonly is_retired: boolean
  readonly saved_by: string
  readonly saved_by_name: string
  readonly saved_at: string
}
