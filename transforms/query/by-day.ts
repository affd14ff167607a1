/**
 * A plan set onto the rows by day, where these can answer the question exactly: the same statement about another relation,
 * which reads the days that the question is about. Whatever is not understood here is asked of the dataset itself.
 */
import type { ByDay, Dataset, Metric, Span } from '../metrics/definition.ts'
import type { Plan } from './plan.ts'

/** Words of our expressions that are no columns. */
const WORDS = new Set(['is', 'not', 'null', 'and', 'or', 'in', 'interval', 'minute', 'hour', 'day'])
/** What placeholders may stand for here: sets of rows are of another relation. */
const PLACES = new Set(['as_of', 'time', 'zone'])

export function placedByDay(plan: Plan): Plan {
  const { dataset } = plan
  const { by_day: byDay } = dataset
  if (byDay === undefined || plan.request.known_at !== undefined) return plan
  const days = daysOf(plan, byDay)
  if (days === null || !expressionsOf(plan).every((each) => isCarried(each, byDay))) return plan
  const since = sinceOf(plan.metric)
  return {
    ...plan,
    dataset: { ...dataset, relation: byDay.relation },
    days,
    ...(since !== undefined && { life: { since, until: byDay.standing.until } }),
  }
}

/** The time before which a row is no part of the state. */
function sinceOf({ filter = '', snapshot }: Metric): string | undefined {
  if (!snapshot) return undefined
  return conjunctsOf(filter).flatMap((part) => /^(\w+) <= \{as_of\}$/.exec(part)?.[1] ?? [])[0]
}

/** Which days hold every row that can be behind the answer; null where no choice of days does. */
function daysOf({ metric, time, request }: Plan, { axes, standing }: ByDay): string[] | null {
  if (metric.snapshot) {
    if (!conjunctsOf(metric.filter ?? '').includes(standing.condition)) return null
    return [`(axis = '${standing.open}' or axis = '${standing.ended}' and axis_day >= {state_day:Date})`]
  }
  const axis = axes[time]
  const hasTime = request.from !== undefined || request.to !== undefined || request.grain !== undefined
  // Without a condition on its time, rows that have none may be meant too.
  if (axis === undefined || !hasTime) return null
  return [
    `axis = '${axis}'`,
    ...(request.from === undefined ? [] : ['axis_day >= {from_day:Date}']),
    ...(request.to === undefined ? [] : ['axis_day <= {to_day:Date}']),
  ]
}

/** What must hold together: the parts between `and`, as far as they are not in brackets. */
function conjunctsOf(condition: string): string[] {
  const parts = ['']
  let depth = 0
  for (const piece of condition.split(/(\(|\)| and | or )/)) {
    if (piece === '(') depth += 1
    if (piece === ')') depth -= 1
    if (piece === ' or ' && depth === 0) return [condition]
    if (piece === ' and ' && depth === 0) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${piece}`)
  }
  return parts.map((part) => part.trim())
}

function expressionsOf({ metric, dataset, time, by, where, maturity, isOneCurrency }: Plan): string[] {
  return [
    time,
    ...scopeColumns(dataset),
    metric.filter ?? '',
    ...('numerator' in metric ? [metric.numerator] : []),
    ...('value' in metric ? valueParts(metric.value) : []),
    ...[...by, ...where.map(({ on }) => on)].map(({ expression }) => expression),
    maturity?.expression ?? '',
    ...(isOneCurrency ? [] : [dataset.currency ?? '']),
  ]
}

const scopeColumns = ({ scope }: Dataset): string[] =>
  scope === 'none' ? [] : [scope.channel, scope.region, scope.shop, scope.anomaly_type ?? '']

const valueParts = (value: string | Span): string[] =>
  typeof value === 'string' ? [value] : [value.since, value.until, value.pauses ?? '']

/** Whether every name in an expression is a function, a word, or a column that the rows by day carry. */
function isCarried(expression: string, { columns }: ByDay): boolean {
  const bare = expression.replaceAll(/'(?:[^'\\]|\\.)*'/g, ' ')
  const places = [...bare.matchAll(/\{(\w+)\}/g)].map(([, place = '']) => place)
  if (!places.every((place) => PLACES.has(place))) return false
  const names = bare.replaceAll(/\{\w+\}/g, ' ').matchAll(/\b([A-Za-z_]\w*)\b(?!\s*\()/g)
  return [...names].every(([, name = '']) => WORDS.has(name) || columns.includes(name))
}
