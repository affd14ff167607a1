/** The rules as people see them: what is in effect, what was, what a proposal would have done, and the saving of one; beside them the calendars. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { unknownName } from '../query/errors.ts'
import { ANY, WALL_CLOCK } from './any.ts'
import { createCalendarBook } from './calendar-book.ts'
import { FOREVER, type RuleDraft, type ShopRule, ruleDraftSchema } from './shop-rule.ts'
import { rowOf, saveShopRule } from './store.ts'
import { TRIAL_LIMITS, type TrialLimits } from './trial.ts'
import { createTrials } from './trials.ts'

const NUMBER = z.coerce.number()
const flag = NUMBER.transform((value) => value === 1)
const instant = z.string().transform((text) => `${text.replace(' ', 'T')}Z`)
const end = NUMBER.transform((ms) => (ms >= FOREVER ? null : new Date(ms).toISOString()))
const start = NUMBER.transform((ms) => (ms <= 0 ? null : new Date(ms).toISOString()))

/** One threshold with the orders it holds for and the time it is in effect, defaults filled in. */
const versionRow = z.object({
  rule: z.string(),
  kind: z.string(),
  category: z.string(),
  rule_row: z.string(),
  is_own: flag,
  version: NUMBER,
  channel: z.string(),
  region: z.string(),
  payment_method: z.string(),
  carrier: z.string(),
  product_category: z.string(),
  currency: z.string(),
  amount_from: NUMBER,
  amount_until: NUMBER.transform((amount) => (amount >= FOREVER ? null : amount)),
  promotion: z.string(),
  calendar: z.string(),
  allowance_s: NUMBER,
  at_risk_share: NUMBER,
  escalate_factor: NUMBER,
  tolerance_minor: NUMBER,
  limit_count: NUMBER,
  window_s: NUMBER,
  valid_from: start,
  valid_until: end,
  threshold_source: z.string(),
  saved_by_name: z.string(),
  saved_at: instant,
})
export type RuleVersion = z.output<typeof versionRow>

/** A version as it was saved; a number that is null was left to the default. */
const savedRow = z
  .object({
    ...ruleDraftSchema.shape,
    amount_from: NUMBER,
    amount_until: NUMBER.transform((amount) => (amount >= FOREVER ? null : amount)),
    valid_from: instant,
    valid_until: instant.nullable(),
    rule_row: z.string(),
    version: NUMBER,
    is_retired: flag,
    saved_by: z.string(),
    saved_by_name: z.string(),
    saved_at: instant,
  })
  .transform((row): ShopRule => row)

export type Choices = { readonly calendars: string[]; readonly promotions: { promotion: string; name: string }[] }
export type TrialAsked = { readonly rule: ShopRule; readonly from: string; readonly to: string; readonly by: string }

export type RuleBook = ReturnType<typeof createRuleBook>

export function createRuleBook(
  warehouse: Warehouse,
  { now = () => new Date(), limits = TRIAL_LIMITS }: { now?: () => Date; limits?: TrialLimits } = {},
) {
  const project = readProject()
  const trials = createTrials(warehouse, project, { now, limits })

  /** Those in effect now or later. */
  async function versions(): Promise<RuleVersion[]> {
    return warehouse.query(
      {
        name: 'thresholds',
        sql: `select v.rule as rule, v.kind as kind, r.category as category, v.* except (rule, kind, named, rank, from_ms, until_ms, valid_from_ms, valid_until_ms, saved_at),
          v.valid_from_ms as valid_from, v.valid_until_ms as valid_until, toString(v.saved_at) as saved_at
        from rule_versions as v inner join (select rule, category from rules where channel = '*') as r on r.rule = v.rule
        where v.until_ms > {now:Int64}
        order by category, rule, rank, from_ms desc
        limit 1 by rule, rule_row, version`,
        row: versionRow,
      },
      { now: String(now().getTime()) },
    )
  }

  async function saved(ruleRow: string): Promise<ShopRule[]> {
    return warehouse.query(
      {
        name: 'versions of a rule',
        sql: 'select * replace (toString(valid_from) as valid_from, toString(valid_until) as valid_until, toString(saved_at) as saved_at) from shop_rules final where rule_row = {row:String} order by version desc',
        row: savedRow,
      },
      { row: ruleRow },
    )
  }

  async function choices(): Promise<Choices> {
    const [calendars, promotions] = await Promise.all([
      warehouse.query({
        name: 'calendars',
        sql: 'select distinct calendar from calendar_hours order by calendar',
        row: z.object({ calendar: z.string() }),
      }),
      warehouse.query({
        name: 'promotions',
        sql: 'select promotion, any(name) as name from promotion_periods group by promotion order by min(begins)',
        row: z.object({ promotion: z.string(), name: z.string() }),
      }),
    ])
    return { calendars: [WALL_CLOCK, ...calendars.map(({ calendar }) => calendar)], promotions }
  }

  /** What a draft names must be there; else the error says what there is. */
  async function check(draft: RuleDraft): Promise<void> {
    const [known, { calendars, promotions }] = await Promise.all([versions(), choices()])
    const rules = [...new Set(known.map(({ rule }) => rule))]
    if (!rules.includes(draft.rule)) throw unknownName('UNKNOWN_NAME', 'rule', draft.rule, rules)
    if (!calendars.includes(draft.calendar)) throw unknownName('UNKNOWN_NAME', 'calendar', draft.calendar, calendars)
    const names = promotions.map(({ promotion }) => promotion)
    if (draft.promotion !== ANY && !names.includes(draft.promotion))
      throw unknownName('UNKNOWN_NAME', 'promotion', draft.promotion, names)
  }

  return {
    versions,
    saved,
    choices,
    check,

    /** As if the proposed rule had been in effect all along: from the day it is proposed there is no history yet. */
    async tryOut({ rule, from, to, by }: TrialAsked): Promise<string> {
      await check(rule)
      const always = { ...rule, valid_from: new Date(0).toISOString(), valid_until: null }
      return trials.run(
        { table: 'shop_rules', row: rowOf(always), rules: [rule.rule], orders: { from, to } },
        { subject: rule.rule, draft: draftText(rule), by },
      )
    },

    wasTried: (trialId: string, rule: ShopRule): Promise<boolean> => trials.wasOf(trialId, draftText(rule)),
    trial: trials.outcome,
    trialOrders: trials.orders,

    save: (rule: ShopRule): Promise<void> => saveShopRule(warehouse, project, { rule, nowMs: now().getTime() }),

    calendars: createCalendarBook(warehouse, project, { now, trials }),
  }
}

function draftText({ rule_row, is_retired, ...rule }: ShopRule): string {
  const draft = Object.keys(ruleDraftSchema.shape).map((name) => [name, rule[name as keyof RuleDraft]])
  return JSON.stringify([rule_row, is_retired, draft])
}
