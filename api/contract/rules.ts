/** Thresholds and what a change of one would have done.
 * GET /api/rules · GET /api/rules/:rule_row/versions
 * POST /api/rules/trials (runs the proposal over history) · GET /api/rules/trials/:trial_id · GET /api/rules/trials/:trial_id/orders
 * POST /api/rules (saves what was tried)
 */
// oxlint-disable unicorn/no-thenable -- a trial has two sides, now and then; neither is a function
import { z } from 'zod'
import { ruleDraftSchema } from '#transforms/rules/shop-rule.ts'
import { cursorSchema, nextCursorSchema, pageLimit } from './pages.ts'

const instant = z.string()
const text = z.string()

export const ruleVersionSchema = z.object({
  rule: text,
  kind: text,
  category: text,
  /** A default is called after its channel; a rule of the shop has an id of its own. */
  rule_row: text,
  is_own: z.boolean(),
  version: z.number(),
  channel: text,
  region: text,
  payment_method: text,
  carrier: text,
  product_category: text,
  currency: text,
  amount_from: z.number(),
  amount_until: z.number().nullable(),
  promotion: text,
  calendar: text,
  allowance_s: z.number(),
  at_risk_share: z.number(),
  escalate_factor: z.number(),
  tolerance_minor: z.number(),
  limit_count: z.number(),
  window_s: z.number(),
  /** Null: from the beginning, without an end. */
  valid_from: instant.nullable(),
  valid_until: instant.nullable(),
  threshold_source: text,
  saved_by_name: text,
  saved_at: instant,
})
export type RuleVersion = z.infer<typeof ruleVersionSchema>

export const rulesReplySchema = z.object({
  /** Within a rule the first that fits an order is the one that holds for it. */
  rules: z.array(ruleVersionSchema),
  calendars: z.array(text),
  promotions: z.array(z.object({ promotion: text, name: text })),
  may_change: z.boolean(),
})
export type RulesReply = z.infer<typeof rulesReplySchema>

export const savedRuleSchema = z.object({
  ...ruleDraftSchema.shape,
  rule_row: text,
  version: z.number(),
  is_retired: z.boolean(),
  saved_by_name: text,
  saved_at: instant,
})
export type SavedRule = z.infer<typeof savedRuleSchema>

export const ruleProposalSchema = z.strictObject({
  draft: ruleDraftSchema,
  /** The rule of the shop that gets another version; null: one that is new. */
  rule_row: z.string().min(1).max(100).nullable().default(null),
  /** The version it is a change of; 0 for a new rule. */
  expected_version: z.int().min(0).default(0),
  /** From `valid_from` on the rule holds for nothing any more. */
  is_retired: z.boolean().default(false),
})
export type RuleProposal = z.input<typeof ruleProposalSchema>

const zone = z.string().max(64).default('UTC')
export const trialBodySchema = z
  .strictObject({
    proposal: ruleProposalSchema,
    /** Orders placed in [from, to). */
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    zone,
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'expected an instant after from',
  })

const part = z.object({ orders: z.number(), cases: z.number() })
const partsSchema = z.object({
  now: part,
  then: part,
  gained: part,
  lost: part,
  now_reviewed: part,
  then_reviewed: part,
  now_false: part,
  then_false: part,
  false_hits: part,
  now_kept: part,
  then_kept: part,
  now_broken: part,
  then_broken: part,
  now_running: part,
  then_running: part,
  promise_changed: part,
  due_earlier: part,
  due_later: part,
  due_changed: part,
})
export const partNameSchema = partsSchema.keyof()
export type PartName = z.infer<typeof partNameSchema>

export const trialOrderSchema = z.object({
  order_id: text,
  order_no: text,
  anomaly_type: text,
  channel: text,
  region: text,
  currency: text,
  exposure_amount: z.number(),
  now_level: text,
  then_level: text,
  now_opened_at: instant.nullable(),
  then_opened_at: instant.nullable(),
  now_due_at: instant.nullable(),
  then_due_at: instant.nullable(),
  now_promise: text,
  then_promise: text,
  /** false_positive, agent, automation, self_healed or open. */
  verdict: text,
})
export type TrialOrder = z.infer<typeof trialOrderSchema>

export const trialSchema = z.object({
  trial_id: text,
  rule: text,
  /** Orders looked at. */
  orders: z.number(),
  from: instant,
  to: instant,
  ms: z.number(),
  parts: partsSchema,
  money: z.array(z.object({ currency: text, now: z.number(), then: z.number() })),
  days: z.array(z.object({ day: text, now: z.number(), then: z.number() })),
  /** What would be due at another time, by the anomaly that it would become. */
  due_changed: z.array(z.object({ anomaly_type: text, orders: z.number(), cases: z.number() })),
  worst: z.array(trialOrderSchema),
})
export type Trial = z.infer<typeof trialSchema>

export const trialOrdersQuerySchema = z.strictObject({
  part: partNameSchema,
  /** Cases that open on this day, by the zone. */
  day: z.iso.date().optional(),
  anomaly_type: z.string().max(100).optional(),
  zone,
  limit: pageLimit(500, 100),
  cursor: cursorSchema,
})
export const trialOrdersSchema = z.object({
  rows: z.array(trialOrderSchema),
  next_cursor: nextCursorSchema,
  orders: z.number(),
  cases: z.number(),
})
export type TrialOrders = z.infer<typeof trialOrdersSchema>

export const ruleSaveBodySchema = z.strictObject({
  proposal: ruleProposalSchema,
  /** A trial of exactly this proposal: nothing is saved whose effect nobody could see. */
  trial_id: z.string().regex(/^[0-9a-f]{32}$/),
})
