/** Answers metric requests and the drills of their marks. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Column } from '../metrics/definition.ts'
import { type Definitions, countedBy } from '../metrics/definitions.ts'
import type { TableHead } from '../tables/table-writer.ts'
import { type Table, drillTable } from '../tables/table.ts'
import {
  type EngineRow,
  exactNumber,
  isoInstant,
  knownAtOf,
  metricAnswer,
  mostUsed,
  namedCurrency,
  valueOf,
} from './answer.ts'
import { placedByDay } from './by-day.ts'
import { compileDrillRows, compileDrillTotals, keysOfDrill } from './compile-drill.ts'
import { compileMetric } from './compile-metric.ts'
import { type DrillPage, type DrillPlace, readDrillPlace, writeDrillPlace } from './drill-place.ts'
import { QueryError } from './errors.ts'
import { type Place, afterOf } from './keyset.ts'
import { placedIn } from './known.ts'
import { parametersOf, usedParameters } from './parameters.ts'
import { hidePersonal } from './personal.ts'
import { type Plan, planOf } from './plan.ts'
import { createStatements, parse, readCells } from './read.ts'
import {
  type DrillRequest,
  type DrillRequestInput,
  type DrillResult,
  type MetricRequestInput,
  type MetricResult,
  type RowScope,
  drillRequestSchema,
  metricRequestSchema,
} from './request.ts'

export type Measuring = {
  measure(request: MetricRequestInput, scope: RowScope): Promise<MetricResult>
  drill(request: DrillRequestInput, scope: RowScope): Promise<DrillResult>
  /** The same from where the page before ended, as of the same instant. */
  drillPage(request: DrillRequestInput, scope: RowScope, after?: Place): Promise<DrillPage>
  /**
   * All rows of a drill for a file, however many, read by one statement while `take` takes them. `asOf` is the instant of
   * a number that was told before.
   */
  drillRows<T>(
    request: DrillRequestInput,
    scope: RowScope,
    take: (head: RowsHead, pieces: AsyncIterable<Table['rows']>) => Promise<T>,
    asOf?: string,
  ): Promise<T>
  /** The same at once, at most 50,000 rows. */
  drillTable(request: DrillRequestInput, scope: RowScope): Promise<Table>
}

/** What is known of the rows before they come; `total` is their number a moment before. */
export type RowsHead = TableHead & { readonly total: number; readonly asOf: string }

const MOST_TABLE_ROWS = 50_000

export function createMeasuring(
  warehouse: Warehouse,
  definitions: Definitions,
  { knowledge, now }: { knowledge: Knowledge; now: () => Date },
): Measuring {
  const statement = createStatements()
  const instantOf = ({ request }: Plan): string => new Date(request.as_of ?? request.known_at ?? now()).toISOString()

  /** Runs `read` on the present, or on what was known at the instant that is asked for. */
  const reading = <T>(plan: Plan, read: (plan: Plan) => Promise<T>): Promise<T> => {
    const { known_at } = plan.request
    return known_at === undefined ? read(plan) : knowledge.at(known_at, (known) => read(placedIn(plan, known)))
  }

  const planned = (request: DrillRequest, scope: RowScope): Plan => {
    const plan = planOf(definitions, request, scope)
    if (plan.metric.snapshot && request.grain !== undefined)
      throw new QueryError('INVALID_REQUEST', 'the drill of one moment has no "grain": give the moment as "as_of"')
    return plan
  }

  const drillPage = async (request: DrillRequest, scope: RowScope, after?: Place): Promise<DrillPage> => {
    return reading(planned(request, scope), (placed) =>
      drillOf(placed, request, after === undefined ? null : readDrillPlace(after)),
    )
  }

  const drillOf = async (plan: Plan, request: DrillRequest, from: DrillPlace | null): Promise<DrillPage> => {
    const { part, sort, descending, limit } = request
    const asOf = from?.asOf ?? instantOf(plan)
    const keys = keysOfDrill(plan, request)
    const beyond = from === null ? null : afterOf(keys, from.keys, { isInclusive: true })
    const isCurrencyChosen = !plan.isOneCurrency && plan.dataset.currency !== undefined
    const parameters = {
      ...parametersOf(plan, asOf),
      limit: limit + 1,
      offset: from?.told ?? request.offset,
      ...beyond?.parameters,
    }
    const totalsSql = statement(['totals', shapeOf(plan), part], () => compileDrillTotals(plan, part))
    const shape = [shapeOf(plan), part, sort, descending, from?.keys.map((value) => value === null)]
    const rowsSql = statement(['rows', ...shape], () =>
      compileDrillRows(plan, { part, keys, isCurrencyChosen, beyond: beyond?.condition ?? null, isPage: true }),
    )
    const page = (totals: EngineRow | undefined, found: readonly EngineRow[], currency: string | null): DrillPage => ({
      result: drillAnswer(plan, totals, found.slice(0, limit), asOf, currency),
      next: found.length > limit ? writeDrillPlace(found.slice(0, limit), keys.length, { asOf, currency, from }) : null,
    })
    const readTotals = readCells(warehouse, totalsSql, parameters)
    if (!isCurrencyChosen) {
      const [[totals], rows] = await Promise.all([readTotals, readCells(warehouse, rowsSql, parameters)])
      return page(totals, rows, namedCurrency(plan, []))
    }
    const perCurrency = await readTotals
    const currency = from === null ? mostUsed(perCurrency, 0) : from.currency
    const rows = currency === null ? [] : await readCells(warehouse, rowsSql, { ...parameters, currency })
    return page(perCurrency.find(([key]) => key === currency)?.slice(1), rows, currency)
  }

  const rowsOf = async <T>(
    plan: Plan,
    { part, sort, descending }: DrillRequest,
    asOf: string,
    take: (head: RowsHead, pieces: AsyncIterable<Table['rows']>) => Promise<T>,
  ): Promise<T> => {
    const isCurrencyChosen = !plan.isOneCurrency && plan.dataset.currency !== undefined
    const parameters = parametersOf(plan, asOf)
    const totalsSql = statement(['totals', shapeOf(plan), part], () => compileDrillTotals(plan, part))
    const totals = await readCells(warehouse, totalsSql, parameters)
    const currency = isCurrencyChosen ? mostUsed(totals, 0) : namedCurrency(plan, [])
    const own = isCurrencyChosen ? totals.find(([key]) => key === currency)?.slice(1) : totals[0]
    const { rows: _, ...head } = drillTable(drillAnswer(plan, own, [], asOf, currency))
    const total = exactNumber(own?.[0] ?? 0) ?? 0
    const sql = statement(['all rows', shapeOf(plan), part, sort, descending], () =>
      compileDrillRows(plan, {
        part,
        keys: keysOfDrill(plan, { sort, descending }),
        isCurrencyChosen,
        beyond: null,
        isPage: false,
      }),
    )
    const { columns } = plan.dataset
    return warehouse.streamRows(sql, usedParameters(sql, { ...parameters, currency: currency ?? '' }), (pieces) =>
      take({ ...head, total, asOf }, tableRows(columns, pieces)),
    )
  }

  const drillRows: Measuring['drillRows'] = async (input, scope, take, asOf) => {
    const request = parse(drillRequestSchema, input)
    return reading(planned(request, scope), (plan) => rowsOf(plan, request, asOf ?? instantOf(plan), take))
  }

  return {
    async measure(input, scope) {
      const asked = placedByDay(planOf(definitions, parse(metricRequestSchema, input), scope))
      return reading(asked, async (plan) => {
        const asOf = instantOf(plan)
        const sql = statement(['metric', shapeOf(plan), plan.request.order], () => compileMetric(plan))
        const parameters = { ...parametersOf(plan, asOf), limit: plan.request.limit + 1 }
        return metricAnswer(plan, await readCells(warehouse, sql, parameters), asOf)
      })
    },
    drillPage: async (input, scope, after) => drillPage(parse(drillRequestSchema, input), scope, after),
    drill: async (input, scope) => (await drillPage(parse(drillRequestSchema, input), scope)).result,
    drillRows,
    drillTable: (input, scope) =>
      drillRows(input, scope, async ({ total, asOf: _, ...head }, pieces) => {
        refuseMore(total)
        const rows: Table['rows'][number][] = []
        for await (const piece of pieces) for (const row of piece) rows.push(row)
        refuseMore(rows.length)
        return { ...head, rows }
      }),
  }
}

function refuseMore(total: number): void {
  if (total > MOST_TABLE_ROWS)
    throw new QueryError('VALUE_TOO_LARGE', `${total} rows are too many for one answer; it holds ${MOST_TABLE_ROWS}`)
}

async function* tableRows(
  columns: readonly Column[],
  pieces: AsyncIterable<readonly EngineRow[]>,
): AsyncGenerator<Table['rows']> {
  for await (const piece of pieces)
    yield piece.map((row) => columns.map((column, index) => drillCell(column, row[index] ?? null)))
}

/** What decides the text of a statement; everything else of a request is a parameter. */
function shapeOf({ metric, dataset, request, scope, time, isOneCurrency, timeBasis }: Plan): unknown {
  const filters = request.where.map(({ dimension, op }) => [dimension, op])
  return [
    metric.name,
    dataset.relation,
    request.by,
    filters,
    time,
    request.grain,
    request.from !== undefined,
    request.to !== undefined,
    ...Object.values(scope).map((part) => part === 'all'),
    isOneCurrency,
    timeBasis,
  ]
}

function drillAnswer(
  plan: Plan,
  totals: EngineRow | undefined,
  rows: readonly EngineRow[],
  asOf: string,
  currency: string | null,
): DrillResult {
  const [total = 0, orders = 0, measured = null, n = 0] = totals ?? []
  const { columns, entity } = plan.dataset
  return {
    metric: plan.metric.name,
    entity,
    counts: countedBy(plan.metric, plan.dataset),
    total: exactNumber(total) ?? 0,
    orders: exactNumber(orders) ?? 0,
    value: valueOf(plan, measured, exactNumber(n) ?? 0),
    unit: plan.metric.unit,
    currency,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column.name, drillCell(column, row[index] ?? null)])),
    ),
    as_of: asOf,
    ...knownAtOf(plan),
  }
}

function drillCell({ type, personal }: Column, cell: EngineRow[number]): string | number | null {
  if (cell === null) return null
  if (type === 'instant') return isoInstant(cell)
  if (type === 'money' || type === 'number') return exactNumber(cell)
  return personal === true ? hidePersonal(String(cell)) : String(cell)
}
