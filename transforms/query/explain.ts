/** What moved a metric: the contribution of each value of a dimension, adding up to the change. Asked like any metric, within the scope. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Metric } from '../metrics/definition.ts'
import { type Definitions, addsUp } from '../metrics/definitions.ts'
import { type Cell, type EngineRow, exactNumber, mostUsed, namedCurrency } from './answer.ts'
import { placedByDay } from './by-day.ts'
import { compileMetric } from './compile-metric.ts'
import { type Group, type Measured, rateOf, ratioPartsOf, steps, stepsAddingUpTo, totalOf } from './contribution.ts'
import { QueryError } from './errors.ts'
import { parametersOf } from './parameters.ts'
import { type Plan, planDimension, planOf } from './plan.ts'
import { parse, readCells } from './read.ts'
import {
  type ExplainRequest,
  type ExplainRequestInput,
  type ExplainResult,
  type Explanation,
  type Filter,
  type MetricRequest,
  type RowScope,
  drillRequestSchema,
  explainRequestSchema,
  metricRequestSchema,
} from './request.ts'

export type Explaining = {
  explain(request: ExplainRequestInput, scope: RowScope): Promise<ExplainResult>
}

type Side = 'before' | 'after'
const SIDES = ['before', 'after'] as const
const MOST_VALUES = 10_000
/** Shares and averages are told in steps of a millionth. */
const STEPS = 1_000_000n
const MS_PER_SECOND = 1_000

export function createExplaining(warehouse: Warehouse, definitions: Definitions, now: () => Date): Explaining {
  const read = (asked: Plan): Promise<EngineRow[]> => {
    const plan = placedByDay(asked)
    const asOf = new Date(plan.request.as_of ?? now()).toISOString()
    return readCells(warehouse, compileMetric(plan), { ...parametersOf(plan, asOf), limit: MOST_VALUES + 1 })
  }
  const planSide = (request: ExplainRequest, side: Side, by: string[], scope: RowScope): Plan =>
    withSums(planOf(definitions, metricRequestOf(request, side, by), scope))

  const explainBy = async (request: ExplainRequest, dimension: string, scope: RowScope): Promise<Explanation> => {
    const plans = SIDES.map((side) => planSide(request, side, [dimension], scope))
    const [before = [], after = []] = await Promise.all(plans.map(read))
    if (before.length > MOST_VALUES || after.length > MOST_VALUES)
      throw new QueryError(
        'INVALID_REQUEST',
        `dimension ${dimension} has more than ${MOST_VALUES} values here; narrow it with "where"`,
      )
    return explanationOf(request, definitions, dimension, groupsOf(before, after))
  }

  return {
    async explain(input, scope) {
      const request = parse(explainRequestSchema, input)
      const plans = SIDES.map((side) => planSide(request, side, [], scope))
      const [plan] = plans
      if (plan === undefined) throw new TypeError('there is always a side')
      checkExplainable(definitions, plan, request.dimensions)
      const currency = plan.isOneCurrency
        ? namedCurrency(plan, [])
        : mostUsed((await Promise.all(plans.map(read))).flat(), 0)
      const asked = plan.isOneCurrency ? request : inCurrency(request, currency)
      return {
        metric: plan.metric.name,
        unit: plan.metric.unit,
        currency,
        explanations: await Promise.all(request.dimensions.map((dimension) => explainBy(asked, dimension, scope))),
      }
    },
  }
}

function metricRequestOf(request: ExplainRequest, side: Side, by: string[]): MetricRequest {
  const { metric, time, zone, time_basis } = request
  const { where, ...window } = request[side]
  return parse(metricRequestSchema, {
    metric,
    by,
    zone,
    ...(time !== undefined && { time }),
    ...(time_basis !== undefined && { time_basis }),
    where: [...request.where, ...where],
    ...window,
  })
}

/** An average is a sum above a number of rows; it is read as that sum, so that nothing of it is rounded. */
function withSums(plan: Plan): Plan {
  return plan.metric.kind === 'mean' ? { ...plan, metric: { ...plan.metric, kind: 'sum' } } : plan
}

function checkExplainable(definitions: Definitions, { metric, dataset }: Plan, dimensions: readonly string[]): void {
  if (!addsUp(metric))
    throw new QueryError(
      'INVALID_REQUEST',
      `metric ${metric.name} cannot be explained: parts add up only for counts, sums, shares and averages`,
    )
  const several = dimensions.find((name) => planDimension(definitions, dataset, name).isArray)
  if (several !== undefined)
    throw new QueryError(
      'INVALID_REQUEST',
      `${metric.name} cannot be explained by ${several}: a row can have several values of it, so parts would not add up`,
    )
}

function inCurrency(request: ExplainRequest, currency: string | null): ExplainRequest {
  const pinned: Filter = { dimension: 'currency', op: 'in', values: [currency ?? ''] }
  return { ...request, where: [...request.where, pinned] }
}

function groupsOf(before: readonly EngineRow[], after: readonly EngineRow[]): Group[] {
  const nothing: Measured = { above: 0n, n: 0n }
  const groups = new Map<string, Group>()
  for (const [side, rows] of [['before', before] as const, ['after', after] as const]) {
    for (const row of rows) {
      const key = String(row[0] ?? '')
      const measured = { above: wholeNumber(row.at(-2) ?? null), n: wholeNumber(row.at(-1) ?? null) }
      groups.set(key, { ...(groups.get(key) ?? { key, before: nothing, after: nothing }), [side]: measured })
    }
  }
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function wholeNumber(cell: Cell): bigint {
  return BigInt(exactNumber(cell) ?? 0)
}

/** The parts of every group in whole steps, and what a step is worth in the metric's unit. */
type Parts = { readonly change: bigint; readonly rate: bigint | null; readonly mix: bigint | null }

function explanationOf(
  request: ExplainRequest,
  definitions: Definitions,
  dimension: string,
  groups: readonly Group[],
): Explanation {
  const metric = definitions.metrics.get(request.metric)
  if (metric === undefined) throw new TypeError(`metric ${request.metric} was planned`)
  const isRatio = metric.kind === 'ratio' || metric.kind === 'mean'
  const totals = { before: totalOf(groups, 'before'), after: totalOf(groups, 'after') }
  const sidesOf = (measured: Record<Side, Measured>, ...here: Filter[]) => ({
    before: sideValue(metric, measured.before),
    after: sideValue(metric, measured.after),
    drill: { before: drillOf(request, 'before', here), after: drillOf(request, 'after', here) },
  })
  const sides = sidesOf(totals)
  const isEmpty = isRatio && (totals.before.n === 0n || totals.after.n === 0n)
  if (isEmpty || groups.length === 0)
    return { dimension, ...sides, change: isEmpty ? null : 0, contributions: [], rest: null }
  const parts = isRatio ? ratioSteps(groups, totals) : groups.map(sumSteps)
  const told = (step: bigint): number => amountOf(metric, step)
  const effect = ({ change, rate, mix }: Parts) => ({
    change: told(change),
    rate: rate === null ? null : told(rate),
    mix: mix === null ? null : told(mix),
  })
  const sorted = groups
    .map((group, index) => ({ group, part: parts[index] ?? sumSteps(group) }))
    .sort((a, b) => Number(size(b.part.change) - size(a.part.change)) || (a.group.key < b.group.key ? -1 : 1))
  const [shown, others] = [sorted.slice(0, request.limit), sorted.slice(request.limit)]
  return {
    dimension,
    ...sides,
    change: told(added(parts).change),
    contributions: shown.map(({ group, part }) => ({
      value: group.key === '' ? null : group.key,
      ...effect(part),
      ...sidesOf(group, { dimension, op: 'in', values: [group.key] }),
    })),
    rest: others.length === 0 ? null : restOf(),
  }

  function restOf(): NonNullable<Explanation['rest']> {
    const left = others.map(({ group }) => group)
    const measured = { before: totalOf(left, 'before'), after: totalOf(left, 'after') }
    return {
      values: others.length,
      ...effect(added(others.map(({ part }) => part))),
      ...sidesOf(measured, { dimension, op: 'not_in', values: shown.map(({ group }) => group.key) }),
    }
  }
}

const size = (steps: bigint): bigint => (steps < 0n ? -steps : steps)

function sumSteps({ before, after }: Group): Parts {
  return { change: after.above - before.above, rate: null, mix: null }
}

function ratioSteps(groups: readonly Group[], totals: Record<Side, Measured>): Parts[] {
  const fractions = ratioPartsOf(groups).flatMap(({ rate, mix }) => [rate, mix])
  const total = steps(rateOf(totals.after), STEPS) - steps(rateOf(totals.before), STEPS)
  const whole = stepsAddingUpTo(total, fractions, STEPS)
  return groups.map((_, index) => {
    const [rate = 0n, mix = 0n] = whole.slice(2 * index, 2 * index + 2)
    return { change: rate + mix, rate, mix }
  })
}

function added(parts: readonly Parts[]): Parts {
  const sum = (pick: (part: Parts) => bigint | null): bigint | null =>
    parts.reduce<bigint | null>((all, part) => {
      const one = pick(part)
      return all === null || one === null ? null : all + one
    }, 0n)
  return { change: sum(({ change }) => change) ?? 0n, rate: sum(({ rate }) => rate), mix: sum(({ mix }) => mix) }
}

/** Whole steps in the metric's unit: of shares and averages a step is a millionth; spans are measured in milliseconds. */
function amountOf(metric: Metric, step: bigint): number {
  const isRatio = metric.kind === 'ratio' || metric.kind === 'mean'
  const perUnit = (isRatio ? Number(STEPS) : 1) * (metric.unit === 'seconds' ? MS_PER_SECOND : 1)
  return Number(step) / perUnit
}

function sideValue(metric: Metric, measured: Measured): Explanation['before'] {
  const isRatio = metric.kind === 'ratio' || metric.kind === 'mean'
  if (!isRatio) return { value: amountOf(metric, measured.above), n: Number(measured.n) }
  return { value: measured.n === 0n ? null : amountOf(metric, steps(rateOf(measured), STEPS)), n: Number(measured.n) }
}

function drillOf(request: ExplainRequest, side: Side, here: readonly Filter[]) {
  const { by: _, order: __, limit: ___, ...asked } = metricRequestOf(request, side, [])
  return drillRequestSchema.parse({ ...asked, where: [...asked.where, ...here] })
}
