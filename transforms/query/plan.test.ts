import { expect, test } from 'vitest'
import { definitions } from '../metrics/definitions.ts'
import { compileDrillRows, compileDrillTotals, keysOfDrill } from './compile-drill.ts'
import { compileMetric } from './compile-metric.ts'
import { QueryError } from './errors.ts'
import { hostileTexts } from './hostile-text.ts'
import { type Plan, planOf, zoneName } from './plan.ts'
import { type MetricRequestInput, type RowScope, metricRequestSchema, unrestricted } from './request.ts'

const scoped: RowScope = { ...unrestricted, regions: ['浙江'] }
const plan = (request: MetricRequestInput, scope: RowScope = unrestricted) =>
  planOf(definitions(), metricRequestSchema.parse(request), scope)
const drillRows = (asked: Plan, sort?: string) =>
  compileDrillRows(asked, {
    part: 'numerator',
    keys: keysOfDrill(asked, { sort, descending: true }),
    isCurrencyChosen: false,
    beyond: null,
    isPage: true,
  })
const window = { from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' }

test('an unknown metric is refused with the closest names', () => {
  expect(() => plan({ metric: 'anomaly_opened' })).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_METRIC',
      retryable: false,
      message: expect.stringContaining('anomalies_opened'),
    }),
  )
})

test('a dimension that the metric does not have is refused with the closest names', () => {
  expect(() => plan({ metric: 'anomalies_opened', by: ['regoin'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_DIMENSION', message: expect.stringContaining('region') }),
  )
  expect(() => plan({ metric: 'anomalies_opened', by: ['seller'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_DIMENSION' }),
  )
})

test('a filter value of the wrong kind is refused', () => {
  const where = (dimension: string, value: string) => () =>
    plan({ metric: 'orders_placed', where: [{ dimension, values: [value] }] })
  expect(where('review_score', 'five')).toThrow(
    expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining('whole number') }),
  )
  expect(where('purchase_month', '2017-5')).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  expect(where('review_score', '')).not.toThrow()
})

test('an unknown time or zone is refused', () => {
  expect(() => plan({ metric: 'anomalies_opened', time: 'created_at' })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_NAME', message: expect.stringContaining('opened_at') }),
  )
  expect(() => zoneName("UTC'; drop table orders")).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME' }))
  expect(zoneName('asia/shanghai')).toBe('Asia/Shanghai')
})

test('a state asked over a window without a grain is refused rather than answered for another instant', () => {
  expect(() => plan({ metric: 'open_backlog', ...window })).toThrow(
    expect.objectContaining({ code: 'INVALID_REQUEST' }),
  )
  expect(() => plan({ metric: 'open_backlog', grain: 'day' })).toThrow(
    expect.objectContaining({ code: 'INVALID_REQUEST' }),
  )
  expect(() => plan({ metric: 'open_backlog', grain: 'day', ...window })).not.toThrow()
})

test('a count by type and day, within a scope', () => {
  expect(
    compileMetric(plan({ metric: 'anomalies_opened', by: ['anomaly_type'], grain: 'day', ...window }, scoped)),
  ).toMatchInlineSnapshot(
    `"select toUnixTimestamp(toDateTime(toStartOfDay(opened_at, {zone:String}), {zone:String})) as bucket, anomaly_type as k0, count() as v, count() as n from \`anomaly_current\` as \`t\` where region in {scope_regions:Array(String)} and (opened_at is not null) and opened_at >= {from:DateTime64(3, 'UTC')} and opened_at < {to:DateTime64(3, 'UTC')} and opened_at is not null group by bucket, k0 order by bucket, k0 limit {limit:UInt32}"`,
  )
})

test('an amount of several currencies, by an array dimension that is filtered too', () => {
  const where = [{ dimension: 'seller', values: ['s1'] }]
  expect(
    compileMetric(plan({ metric: 'payment_mismatch_amount', by: ['seller'], where, order: 'value_desc' })),
  ).toMatchInlineSnapshot(
    `"select arrayJoin(arrayFilter(value -> has({f0:Array(String)}, value), if(empty(seller_ids), [''], arrayDistinct(seller_ids)))) as k0, currency as currency_key, sum(toInt64(abs(payment_difference))) as v, count() as n from \`orders\` as \`t\` where (payment_match in ('overpaid', 'underpaid')) and (toInt64(abs(payment_difference))) is not null and hasAny(if(empty(seller_ids), [''], arrayDistinct(seller_ids)), {f0:Array(String)}) group by k0, currency_key order by v desc, k0, currency_key limit {limit:UInt32} by currency_key"`,
  )
})

test('a share whose numerator reads another relation carries the scope into it', () => {
  expect(compileMetric(plan({ metric: 'anomaly_rate' }, scoped))).toMatchInlineSnapshot(
    `"select countIf(if(created_at <= {as_of:DateTime64(3, 'UTC')} - interval 30 day or delivered_at <= {as_of:DateTime64(3, 'UTC')} or completed_at <= {as_of:DateTime64(3, 'UTC')} or canceled_at <= {as_of:DateTime64(3, 'UTC')} or closed_at <= {as_of:DateTime64(3, 'UTC')}, 'mature', 'maturing') = 'mature') as mature, countIf(order_id in (select order_id from anomaly_current where (opened_at is not null and status != 'dismissed') and region in {scope_regions:Array(String)})) as v, count() as n from \`orders\` as \`t\` where region in {scope_regions:Array(String)} and (created_at is not null)"`,
  )
})

test('a state over time', () => {
  expect(compileMetric(plan({ metric: 'open_backlog', grain: 'day', ...window }))).toMatchInlineSnapshot(
    `"select toUnixTimestamp(moment.1) as bucket, count() as v, count() as n from (select *, arrayJoin(arrayFilter(moment -> moment.1 < {to:DateTime64(3, 'UTC')} and moment.1 < {as_of:DateTime64(3, 'UTC')}, arrayMap(n -> (addDays(toDateTime(toStartOfDay({from:DateTime64(3, 'UTC')}, {zone:String}), {zone:String}), n), least(toDateTime64(addDays(toDateTime(toStartOfDay({from:DateTime64(3, 'UTC')}, {zone:String}), {zone:String}), n + 1), 3, 'UTC'), {as_of:DateTime64(3, 'UTC')})), range(toUInt32(dateDiff('day', {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}, {zone:String}) + 1))))) as moment from anomaly_current) as t where (opened_at <= moment.2 and (resolved_at is null or resolved_at > moment.2)) group by bucket order by bucket limit {limit:UInt32}"`,
  )
})

test('the drill of a share', () => {
  const asked = plan({ metric: 'late_rate', where: [{ dimension: 'region', values: ['浙江'] }] }, scoped)
  expect(compileDrillTotals(asked, 'numerator')).toMatchInlineSnapshot(
    `"select countIf(ifNull(delivered_at > promised_delivery_until, 0)) as total, uniqExactIf(order_id, ifNull(delivered_at > promised_delivery_until, 0)) as orders, countIf(ifNull(delivered_at > promised_delivery_until, 0)) as v, count() as n from \`orders\` as \`t\` where region in {scope_regions:Array(String)} and (delivered_at is not null and promised_delivery_until is not null) and region in {f0:Array(String)}"`,
  )
  expect(drillRows(asked, 'amount_paid')).toMatchInlineSnapshot(
    `"select order_id as c0, order_no as c1, channel as c2, region as c3, order_status as c4, financial_status as c5, fulfillment_status as c6, created_at as c7, confirmed_at as c8, handed_over_at as c9, promised_delivery_until as c10, delivered_at as c11, amount_payable as c12, amount_paid as c13, payment_difference as c14, currency as c15, toString(amount_paid) as key_0, toString(order_id) as key_1, toString(order_no) as key_2, toString(channel) as key_3 from \`orders\` as \`t\` where region in {scope_regions:Array(String)} and (delivered_at is not null and promised_delivery_until is not null) and region in {f0:Array(String)} and ifNull(delivered_at > promised_delivery_until, 0) order by amount_paid desc nulls last, order_id asc nulls last, order_no asc nulls last, channel asc nulls last, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15 limit {limit:UInt32} offset {offset:UInt32}"`,
  )
})

test.each(
  [...definitions().metrics.values()].map(
    ({ name, dataset }) => [name, definitions().datasets.get(dataset)?.scope === 'none' ? 'none' : 'own'] as const,
  ),
)('%s carries the scope into every relation it reads', (metric, scope) => {
  const asked = plan({ metric }, scoped)
  for (const sql of [compileMetric(asked), compileDrillTotals(asked, 'numerator'), drillRows(asked)]) {
    const relations = [...sql.matchAll(/\bfrom (?!\()/g)].length
    const conditions =
      scope === 'none'
        ? [...sql.matchAll(/where false/g)]
        : [...sql.matchAll(/region in \{scope_regions:Array\(String\)\}/g)]
    // Windows over the caller's rows stand in brackets, whose result is asked once more.
    const windows = [...sql.matchAll(/ over \(partition by incident_id\) as /g)].length > 0 ? 1 : 0
    expect(conditions).toHaveLength(relations + windows)
  }
})

test('rows that carry no scope are seen by the unrestricted only', () => {
  expect(compileMetric(plan({ metric: 'landed_records' }, scoped))).toContain('where false')
  expect(compileMetric(plan({ metric: 'landed_records' }))).not.toContain('false')
})

test('a sort column that the drill does not have is refused', () => {
  expect(() => drillRows(plan({ metric: 'late_rate' }), 'k0')).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_NAME' }),
  )
})

test('no value that is filtered by is in the statement, whatever it is', () => {
  let held = 0
  for (const dimension of ['region', 'channel', 'seller', 'review_score', 'payment_methods'])
    for (const metric of definitions().metrics.keys()) {
      const compiled = (value: string): string | null => {
        try {
          const asked = plan({ metric, by: [dimension], where: [{ dimension, op: 'in', values: [value] }] }, scoped)
          return compileMetric(asked)
        } catch (error) {
          if (error instanceof QueryError) return null
          throw error
        }
      }
      const plain = compiled('1')
      if (plain === null) continue
      for (const text of hostileTexts) {
        const sql = compiled(text)
        if (sql !== null) expect(sql).toBe(plain)
        held += 1
      }
    }
  expect(held).toBeGreaterThan(2_000)
})
