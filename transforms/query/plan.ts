/** A request with its names looked up. Whatever a caller may choose is found here in the definitions or refused by name. */
import { z } from 'zod'
import type { Dataset, Dimension, Metric, RowSet, ScopeColumns } from '../metrics/definition.ts'
import { type Definitions, isSpan } from '../metrics/definitions.ts'
import { QueryError, unknownName } from './errors.ts'
import type { Filter, MetricRequest, RowScope, TimeBasis } from './request.ts'

export type PlannedDimension = {
  readonly name: string
  readonly expression: string
  readonly isArray: boolean
  readonly isNumeric: boolean
}
export type PlannedFilter = Filter & { readonly on: PlannedDimension }

export type Plan = {
  readonly metric: Metric
  readonly dataset: Dataset
  readonly sets: ReadonlyMap<string, RowSet>
  readonly time: string
  readonly by: readonly PlannedDimension[]
  readonly where: readonly PlannedFilter[]
  readonly request: MetricRequest
  readonly scope: RowScope
  /** False where amounts of several currencies may meet. */
  readonly isOneCurrency: boolean
  readonly timeBasis: TimeBasis
  /** Whether a row is mature, where the metric's recent rows still change. */
  readonly maturity: PlannedDimension | undefined
  /** Conditions that pick the days to be read, where the relation lies by day. */
  readonly days: readonly string[]
  /** Columns between whose times a row can be part of a state at all. */
  readonly life?: Life
}
export type Life = { readonly since: string; readonly until: string }

export function planOf(definitions: Definitions, request: MetricRequest, scope: RowScope): Plan {
  const metric = definitions.metrics.get(request.metric)
  if (metric === undefined)
    throw unknownName('UNKNOWN_METRIC', 'metric', request.metric, [...definitions.metrics.keys()])
  const dataset = datasetOf(definitions, metric)
  if (request.time !== undefined && !metric.times.includes(request.time))
    throw unknownName('UNKNOWN_NAME', `time of metric ${metric.name}`, request.time, metric.times)
  const dimension = (name: string): PlannedDimension => planDimension(definitions, dataset, name)
  const by = request.by.map(dimension)
  if (new Set(request.by).size < by.length)
    throw new QueryError('INVALID_REQUEST', 'a dimension is named twice in "by"')
  const where = request.where.map((filter) => ({ ...filter, on: dimension(filter.dimension) }))
  for (const filter of where) checkValues(definitions, filter)
  checkWindow(metric, request)
  checkKnown(request, [...by, ...where.map(({ on }) => on)])
  if (request.time_basis === 'business' && !isSpan(metric))
    throw new QueryError('INVALID_REQUEST', `metric ${metric.name} is no duration: it has no business time`)
  checkTypes(scope, [
    dataset.scope,
    ...setsIn(definitions, [
      ...expressionsOf(metric),
      ...[...by, ...where.map(({ on }) => on)].map(({ expression }) => expression),
    ]).map((set) => set.scope),
  ])
  const isPinned = where.some(
    ({ dimension: name, op, values }) => name === 'currency' && op === 'in' && values.length === 1,
  )
  return {
    metric,
    dataset,
    by,
    where,
    request,
    scope,
    sets: definitions.sets,
    time: request.time ?? metric.times[0] ?? dataset.time,
    isOneCurrency: metric.unit !== 'money' || isPinned || request.by.includes('currency'),
    timeBasis: request.time_basis ?? 'calendar',
    maturity: metric.maturing ? dimension('maturity') : undefined,
    days: [],
  }
}

const expressionsOf = (metric: Metric): string[] => [
  metric.filter ?? '',
  ...('numerator' in metric ? [metric.numerator] : []),
  ...('value' in metric && typeof metric.value === 'string' ? [metric.value] : []),
]

const setsIn = ({ sets }: Definitions, expressions: readonly string[]): RowSet[] =>
  [...sets.values()].filter(({ name }) => expressions.some((expression) => expression.includes(`{${name}}`)))

/** What sums up anomalies of every type would tell of those that the caller may not see. */
function checkTypes(scope: RowScope, columns: readonly ScopeColumns[]): void {
  if (scope.anomaly_types === 'all') return
  if (columns.some((each) => each !== 'none' && each.types === 'mixed'))
    throw new QueryError('SCOPE_TOO_NARROW', 'this number sums up anomalies of every type; you see some types only')
}

/** A dimension that looks into a relation of its own would look into that of the present. */
function checkKnown({ known_at }: MetricRequest, dimensions: readonly PlannedDimension[]): void {
  const ofNow = known_at === undefined ? undefined : dimensions.find(({ expression }) => /\bfrom\s+\w/.test(expression))
  if (ofNow !== undefined)
    throw new QueryError(
      'INVALID_REQUEST',
      `the dimension ${ofNow.name} is known of the present only; ask without it, or without "known_at"`,
    )
}

export function datasetOf(definitions: Definitions, metric: Metric): Dataset {
  const dataset = definitions.datasets.get(metric.dataset)
  if (dataset === undefined) throw new QueryError('INVALID_DEFINITION', `metric ${metric.name} is on no known dataset`)
  return dataset
}

export function planDimension(definitions: Definitions, dataset: Dataset, name: string): PlannedDimension {
  const dimension = definitions.dimensions.get(name)
  const source = dimension?.on[dataset.name] ?? dimension?.on['*']
  if (dimension === undefined || source === undefined) {
    const known = [...definitions.dimensions.values()]
      .filter(({ on }) => dataset.name in on || '*' in on)
      .map((each) => each.name)
    throw unknownName('UNKNOWN_DIMENSION', `dimension of ${dataset.name}`, name, known)
  }
  const isNumeric = dimension.values === 'integer'
  return typeof source === 'string'
    ? { name, expression: source, isArray: false, isNumeric }
    : { name, expression: source.array, isArray: true, isNumeric }
}

const VALUE_SHAPES: Readonly<
  Record<Dimension['values'], { readonly pattern: RegExp; readonly example: string } | null>
> = {
  text: null,
  integer: { pattern: /^-?\d{1,18}$/, example: 'a whole number' },
  day: { pattern: /^\d{4}-\d{2}-\d{2}$/, example: 'a day like 2017-06-01' },
  month: { pattern: /^\d{4}-\d{2}$/, example: 'a month like 2017-06' },
  hour: { pattern: /^\d{4}-\d{2}-\d{2} \d{2}:00$/, example: 'an hour like 2017-06-01 13:00' },
}

/** The empty text stands for a missing value of any dimension. */
function checkValues(definitions: Definitions, { dimension, values }: Filter): void {
  const shape = VALUE_SHAPES[definitions.dimensions.get(dimension)?.values ?? 'text']
  const wrong = shape === null ? undefined : values.find((value) => value !== '' && !shape.pattern.test(value))
  if (wrong !== undefined && shape !== null)
    throw new QueryError(
      'INVALID_REQUEST',
      `values of ${dimension} are ${shape.example}; '${wrong.slice(0, 80)}' is not`,
    )
}

const MOST_BUCKETS = 1_000
const SHORTEST_BUCKET_MS = { hour: 3_600_000, day: 82_800_000, week: 601_200_000, month: 2_415_600_000 } as const

function checkWindow(metric: Metric, { from, to, grain, time, as_of, known_at }: MetricRequest): void {
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    throw new QueryError('INVALID_REQUEST', '"from" is after "to"')
  if (as_of !== undefined && known_at !== undefined && Date.parse(as_of) > Date.parse(known_at))
    throw new QueryError('INVALID_REQUEST', '"as_of" is after "known_at": of a later state nothing was known then')
  if (!metric.snapshot) return
  if (grain === undefined) {
    if ((from ?? to) !== undefined && time === undefined)
      throw new QueryError(
        'INVALID_REQUEST',
        `metric ${metric.name} is a state at an instant: give "as_of", or "grain" with "from" and "to" for a course over time, or name a "time" that the window is about`,
      )
    return
  }
  if (from === undefined || to === undefined)
    throw new QueryError(
      'INVALID_REQUEST',
      `metric ${metric.name} is a state at an instant: its course over time needs "from" and "to"`,
    )
  if ((Date.parse(to) - Date.parse(from)) / SHORTEST_BUCKET_MS[grain] > MOST_BUCKETS)
    throw new QueryError(
      'INVALID_REQUEST',
      `the window has more than ${MOST_BUCKETS} buckets; choose a coarser "grain"`,
    )
}

const zones = new Map<string, string>()

/** The engine is strict about case; Intl is not and answers with the name as it is written. */
export function zoneName(zone: string): string {
  const known = zones.get(zone)
  if (known !== undefined) return known
  try {
    if (
      !z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/)
        .safeParse(zone).success
    )
      throw new RangeError('not a name')
    const name = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    zones.set(zone, name)
    return name
  } catch (cause) {
    throw new QueryError(
      'UNKNOWN_NAME',
      `there is no time zone named '${zone.slice(0, 80)}'; zones have names like UTC, Asia/Shanghai, America/Sao_Paulo`,
      { cause, parts: { came: zone.slice(0, 80) } },
    )
  }
}
