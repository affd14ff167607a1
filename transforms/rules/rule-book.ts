/** The rules as people see them: what is in effect, what was, what a proposal would have done, and the saving of one. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { readProject } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { unknownName } from '../query/errors.ts'
import { engineInstant } from '../query/parameters.ts'
import type { RowScope } from '../query/request.ts'
import { type OrdersAsked, type OrdersPage, type Outcome, createOutcomes } from './outcome.ts'
import { ANY, WALL_CLOCK } from './any.ts'
import { FOREVER, type RuleDraft, type ShopRule, ruleDraftSchema } from './shop-rule.ts'
import { saveShopRule } from './store.ts'
import { TRIAL_LIMITS, type TrialLimits, runTrial } from './trial.ts'

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

const trialRow = z.object({
  trial_id: z.string(),
  rule: z.string(),
  draft: z.string(),
  orders: NUMBER,
  from_at: instant,
  to_at: instant,
  ms: NUMBER,
})

export type Choices = { readonly calendars: string[]; readonly promotions: { promotion: string; name: string }[] }
export type Trial = Outcome & { trial_id: string; rule: string; orders: number; from: string; to: string; ms: number }
export type TrialAsked = { readonly rule: ShopRule; readonly from: string; readonly to: string; readonly by: string }

export type RuleBook = ReturnType<typeof createRuleBook>

export function createRuleBook(
  warehouse: Warehouse,
  { now = () => new Date(), limits = TRIAL_LIMITS }: { now?: () => Date; limits?: TrialLimits } = {},
) {
  const project = readProject()
  const outcomes = createOutcomes(warehouse)
  let isTrying = false

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
        sql: 'select distinct calendar from business_hours order by calendar',
        row: z.object({ calendar: z.string() }),
      }),
      warehouse.query({
        name: 'promotions',
        sql: 'select promotion, any(name) as name from promotions group by promotion order by min(begins)',
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

  async function trialOf(trialId: string): Promise<z.output<typeof trialRow> | null> {
    const [row] = await warehouse.query(
      {
        name: 'a trial',
        sql: 'select trial_id, rule, draft, orders, toString(from_at) as from_at, toString(to_at) as to_at, ms from rule_trial_log where trial_id = {trial:String}',
        row: trialRow,
      },
      { trial: trialId },
    )
    return row ?? null
  }

  return {
    versions,
    saved,
    choices,
    check,

    /** Runs the models with the proposed rule; one at a time, so that readers keep the machine. */
    async tryOut({ rule, from, to, by }: TrialAsked): Promise<string> {
      await check(rule)
      if (isTrying) throw new TransformError('TRIAL_RUNNING', 'another back-test is running; try again when it is done')
      isTrying = true
      const startedAt = now()
      try {
        const { trialId, orders } = await runTrial(
          warehouse,
          project,
          { rule, from, to },
          { nowMs: startedAt.getTime(), limits },
        )
        await warehouse.insertRows('rule_trial_log', [
          {
            trial_id: trialId,
            rule: rule.rule,
            draft: draftText(rule),
            orders,
            from_at: engineInstant(from),
            to_at: engineInstant(to),
            ms: Math.round(now().getTime() - startedAt.getTime()),
            tried_by: by,
          },
        ])
        return trialId
      } finally {
        isTrying = false
      }
    },

    /** Null where there is no such trial any more. */
    async trial(trialId: string, scope: RowScope, zone: string): Promise<Trial | null> {
      const row = await trialOf(trialId)
      if (row === null) return null
      const { rule, orders, from_at: from, to_at: to, ms } = row
      return { trial_id: trialId, rule, orders, from, to, ms, ...(await outcomes.outcome(trialId, scope, zone)) }
    },

    /** Whether a trial was of exactly this: nothing is saved whose effect nobody could see. */
    async wasTried(trialId: string, rule: ShopRule): Promise<boolean> {
      return (await trialOf(trialId))?.draft === draftText(rule)
    },

    trialOrders: (trialId: string, scope: RowScope, asked: OrdersAsked & OrdersPage) =>
      outcomes.orders(trialId, scope, asked),

    save: (rule: ShopRule): Promise<void> => saveShopRule(warehouse, project, { rule, nowMs: now().getTime() }),
  }
}

function draftText({ rule_row, is_retired, ...rule }: ShopRule): string {
  const draft = Object.keys(ruleDraftSchema.shape).map((name) => [name, rule[name as keyof RuleDraft]])
  return JSON.stringify([rule_row, is_retired, draft])
}
