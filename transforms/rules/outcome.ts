/** What a trial says, as numbers and as the orders behind each of them. The caller's scope applies to both. */
// oxlint-disable unicorn/no-thenable -- a trial has two sides, now and then; neither is a function
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from '../query/compile-rows.ts'
import { type Place, type SortKey, afterOf, keyColumns, orderOf, pageOf } from '../query/keyset.ts'
import { scopeParameters, usedParameters } from '../query/parameters.ts'
import type { RowScope } from '../query/request.ts'

const opened = (side: 'now' | 'then'): string => `${side}_level in ('breached', 'escalated')`
const REVIEWED = "verdict in ('agent', 'automation', 'false_positive')"
const FALSE = "verdict = 'false_positive'"

/** What can be counted and opened: each is a condition on the rows of a trial. */
export const PARTS = {
  now: opened('now'),
  then: opened('then'),
  gained: `${opened('then')} and not ${opened('now')}`,
  lost: `${opened('now')} and not ${opened('then')}`,
  now_reviewed: `${opened('now')} and ${REVIEWED}`,
  then_reviewed: `${opened('then')} and ${REVIEWED}`,
  now_false: `${opened('now')} and ${FALSE}`,
  then_false: `${opened('then')} and ${FALSE}`,
  // Dismissed as false, or new and gone by itself before anybody would have done anything.
  false_hits: `${opened('then')} and (${FALSE} or (verdict = 'self_healed' and not ${opened('now')}))`,
  now_kept: "now_promise = 'kept'",
  then_kept: "then_promise = 'kept'",
  now_broken: "now_promise = 'broken'",
  then_broken: "then_promise = 'broken'",
  now_running: "now_promise = 'running'",
  then_running: "then_promise = 'running'",
  promise_changed: 'now_promise != then_promise',
  due_earlier: 'ifNull(then_due_at < now_due_at, 0)',
  due_later: 'ifNull(then_due_at > now_due_at, 0)',
  due_changed: 'ifNull(then_due_at != now_due_at, 0)',
} as const
export const partSchema = z.enum(Object.keys(PARTS) as [keyof typeof PARTS, ...(keyof typeof PARTS)[]])
export type Part = z.infer<typeof partSchema>

const COUNT = z.coerce.number()
const instant = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : `${text.replace(' ', 'T')}Z`))

const countRow = z.object({ part: partSchema, orders: COUNT, cases: COUNT })
const moneyRow = z.object({ currency: z.string(), now: COUNT, then: COUNT })
const ruleRow = z.object({ anomaly_type: z.string(), orders: COUNT, cases: COUNT })
const dayRow = z.object({ day: z.string(), now: COUNT, then: COUNT })
const orderRow = z.object({
  order_id: z.string(),
  order_no: z.string(),
  anomaly_type: z.string(),
  channel: z.string(),
  region: z.string(),
  currency: z.string(),
  exposure_amount: COUNT,
  now_level: z.string(),
  then_level: z.string(),
  now_opened_at: instant,
  then_opened_at: instant,
  now_due_at: instant,
  then_due_at: instant,
  now_promise: z.string(),
  then_promise: z.string(),
  verdict: z.string(),
})
export type TrialOrder = z.output<typeof orderRow>

export type Outcome = {
  readonly parts: Record<Part, { orders: number; cases: number }>
  /** Exposure of what is open now and would be then, by currency. */
  readonly money: z.output<typeof moneyRow>[]
  /** Cases by the day they open, in the asked zone. */
  readonly days: z.output<typeof dayRow>[]
  /** By what they are promises about, those that would be due at another time. */
  readonly due_changed: z.output<typeof ruleRow>[]
  readonly worst: TrialOrder[]
}

export type OrdersAsked = {
  readonly part: Part
  readonly day?: string | undefined
  readonly anomaly_type?: string | undefined
  readonly zone: string
}
/** `after` is where the page before ended. */
export type OrdersPage = { readonly limit: number; readonly after?: Place | undefined }

const WORST = 10
const COLUMNS = Object.keys(orderRow.shape)
const WORST_FIRST: readonly SortKey[] = [
  { expression: 'exposure_amount', type: 'Int64', descending: true },
  { expression: 'order_id', type: 'String' },
  { expression: 'attached_to_id', type: 'String' },
  { expression: 'anomaly_type', type: 'String' },
]
const SCOPE = { channel: 'channel', region: 'region', shop: 'shop_id', anomaly_type: 'anomaly_type' } as const
/** Each case once for every side on which it opens. */
const BY_SIDE =
  "(select *, arrayJoin([('now', now_opened_at), ('then', then_opened_at)]) as one from rule_trials where trial_id = {trial:String})"
const OF_TRIAL = 'trial_id = {trial:String}'

export function createOutcomes(warehouse: Warehouse) {
  const rows = async <Row>(
    shape: z.ZodType<Row>,
    read: { relation?: string; columns: string[]; conditions?: string[]; order?: string; tail?: string },
    { trialId, scope, params = {} }: { trialId: string; scope: RowScope; params?: Record<string, unknown> },
  ): Promise<Row[]> => {
    const sql = compileRows(
      { relation: 'rule_trials', scope: SCOPE, ...read, conditions: [OF_TRIAL, ...(read.conditions ?? [])] },
      scope,
    )
    const given = { trial: trialId, ...scopeParameters(scope), ...params }
    return warehouse.query({ name: 'outcome of a trial', sql, row: shape }, usedParameters(sql, given))
  }

  return {
    async outcome(trialId: string, scope: RowScope, zone: string): Promise<Outcome> {
      const asked = { trialId, scope, params: { zone } }
      const counts = Object.entries(PARTS).map(
        ([part, condition]) => `('${part}', uniqExactIf(order_id, ${condition}), countIf(${condition}))`,
      )
      const sums = (['now', 'then'] as const).map((side) => `sumIf(exposure_amount, ${opened(side)}) as ${side}`)
      const [parts, money, days, due_changed, worst] = await Promise.all([
        rows(
          countRow,
          {
            columns: [`arrayJoin([${counts.join(', ')}]) as one`, 'one.1 as part', 'one.2 as orders', 'one.3 as cases'],
          },
          asked,
        ),
        rows(
          moneyRow,
          {
            columns: ['currency', ...sums],
            conditions: [`(${opened('now')} or ${opened('then')})`],
            tail: 'group by currency order by currency',
          },
          asked,
        ),
        rows(
          dayRow,
          {
            relation: BY_SIDE,
            columns: [
              'toString(toDate(one.2, {zone:String})) as day',
              "countIf(one.1 = 'now') as now",
              "countIf(one.1 = 'then') as then",
            ],
            conditions: ['one.2 is not null'],
            tail: 'group by day order by day',
          },
          asked,
        ),
        rows(
          ruleRow,
          {
            columns: ['anomaly_type', 'uniqExact(order_id) as orders', 'count() as cases'],
            conditions: [PARTS.due_changed],
            tail: 'group by anomaly_type order by cases desc, anomaly_type',
          },
          asked,
        ),
        rows(
          orderRow,
          {
            columns: COLUMNS,
            conditions: [PARTS.false_hits],
            order: 'exposure_amount desc, order_id',
            tail: `limit ${WORST}`,
          },
          asked,
        ),
      ])
      const counted = Object.fromEntries(parts.map(({ part, orders, cases }) => [part, { orders, cases }]))
      return { parts: counted as Outcome['parts'], money, days, due_changed, worst }
    },

    /** The orders behind a number, one row per case. */
    async orders(
      trialId: string,
      scope: RowScope,
      asked: OrdersAsked & OrdersPage,
    ): Promise<{ rows: TrialOrder[]; next: Place | null; orders: number; cases: number }> {
      const { part, day, anomaly_type, zone, limit, after } = asked
      const beyond = after === undefined ? null : afterOf(WORST_FIRST, after)
      const side = part.startsWith('now') || part === 'lost' ? 'now' : 'then'
      const conditions = [
        `(${PARTS[part]})`,
        ...(day === undefined ? [] : [`toString(toDate(${side}_opened_at, {zone:String})) = {day:String}`]),
        ...(anomaly_type === undefined ? [] : ['anomaly_type = {anomaly_type:String}']),
      ]
      const given = {
        trialId,
        scope,
        params: { zone, day, anomaly_type, limit: String(limit + 1), ...beyond?.parameters },
      }
      const [[total], page] = await Promise.all([
        rows(
          z.object({ orders: COUNT, cases: COUNT }),
          { columns: ['uniqExact(order_id) as orders', 'count() as cases'], conditions },
          given,
        ),
        rows(
          z.looseObject(orderRow.shape),
          {
            columns: [...COLUMNS, ...keyColumns(WORST_FIRST)],
            conditions: [...conditions, ...(beyond === null ? [] : [beyond.condition])],
            order: orderOf(WORST_FIRST),
            tail: 'limit {limit:UInt32}',
          },
          given,
        ),
      ])
      return { ...pageOf<TrialOrder>(page, limit), orders: total?.orders ?? 0, cases: total?.cases ?? 0 }
    },
  }
}
