/** One report for one scope: numbers, chart and table, each with the question that opens it in the portal. */
import {
  cardOf,
  timeOf,
  whereOf,
  windowEndingAt,
  type ChartContext,
  type Language,
} from '#dashboards/charts/context.ts'
import { formatInstant, formatValue } from '#dashboards/charts/format.ts'
import type { ChartModel, KpiModel } from '#dashboards/charts/model.ts'
import { prepareKpi } from '#dashboards/charts/prepare-kpi.ts'
import { prepareTile } from '#dashboards/charts/prepare.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import { kpiTileSchema, type Tile } from '#dashboards/board.ts'
import type { ReportDefinition } from '#dashboards/report.ts'
import {
  drillRequestSchema,
  metricRequestSchema,
  type DrillResult,
  type Filter,
  type MetricResult,
  type RowScope,
} from '#transforms/query/request.ts'
import type { Numbers } from './numbers.ts'

export type ContentRequest = {
  definition: ReportDefinition
  title: string
  language: Language
  zone: string
  where: readonly Filter[]
  /** Fixed per occurrence, so that a second attempt sends the same numbers. */
  asOf: string
  scope: RowScope
}

export type OrderRow = { orderId: string; cells: string[] }

export type ReportContent = {
  title: string
  language: Language
  zone: string
  board: string
  window: { from: string; to: string }
  asOf: string
  headlines: KpiModel[]
  chart: Exclude<ChartModel, KpiModel>
  orders: {
    title: string
    columns: string[]
    rows: OrderRow[]
    total: number
    /** Column whose text links to the order. */ link: number
  }
}

export async function writeContent(numbers: Numbers, request: ContentRequest): Promise<ReportContent> {
  const { definition, language, zone, asOf, scope } = request
  const window = windowEndingAt(asOf, definition.window)
  const context: ChartContext = {
    language,
    zone,
    window,
    as_of: asOf,
    where: request.where,
    catalogue: numbers.catalogue(),
  }
  const ask = (tile: Tile): Promise<MetricResult[]> =>
    Promise.all(requestsOfTile(tile, context).map((input) => numbers.measure(metricRequestSchema.parse(input), scope)))
  const headlines: KpiModel[] = []
  for (const metric of definition.headlines) {
    const tile = kpiTileSchema.parse({
      id: metric.replaceAll('_', '-'),
      kind: 'kpi',
      metric,
      title: cardOf(context, metric).label,
    })
    headlines.push(prepareKpi(tile, await ask(tile), context))
  }
  const chart = prepareTile(definition.chart, await ask(definition.chart), context)
  if (chart.kind === 'kpi') throw new TypeError('a report draws a series, a heatmap or a ranking')
  const orders = ordersOf(await askOrders(numbers, definition, context, scope), definition, context)
  return { title: request.title, language, zone, board: definition.board, window, asOf, headlines, chart, orders }
}

async function askOrders(
  numbers: Numbers,
  { orders }: ReportDefinition,
  context: ChartContext,
  scope: RowScope,
): Promise<DrillResult> {
  const card = cardOf(context, orders.metric)
  const where = whereOf(card, orders, context)
  return numbers.drill(
    drillRequestSchema.parse({
      metric: orders.metric,
      where,
      zone: context.zone,
      ...timeOf(card, context),
      sort: orders.sort,
      descending: true,
      limit: orders.limit,
    }),
    scope,
  )
}

function ordersOf(drill: DrillResult, { orders }: ReportDefinition, context: ChartContext): ReportContent['orders'] {
  const shown = orders.columns.flatMap((name) => drill.columns.find((column) => column.name === name) ?? [])
  const text = (row: DrillResult['rows'][number], { name, type }: DrillResult['columns'][number]): string => {
    const value = row[name] ?? null
    if (value === null || value === '') return '–'
    if (type === 'instant') return formatInstant(String(value), context.zone, context.language, 'short')
    if (type === 'money')
      return formatValue(Number(value), {
        unit: 'money',
        currency: String(row['currency'] ?? drill.currency ?? ''),
        language: context.language,
      })
    if (type === 'number')
      return formatValue(Number(value), { unit: 'count', currency: null, language: context.language })
    return valueLabel(name, String(value), context.language)
  }
  const rows = drill.rows.map((row) => ({
    orderId: String(row['order_id'] ?? ''),
    cells: shown.map((column) => text(row, column)),
  }))
  const link = Math.max(
    0,
    shown.findIndex((column) => column.name === 'order_no'),
  )
  return {
    title: orders.title[context.language],
    columns: shown.map(({ name }) => columnLabel(name, context)),
    rows,
    total: drill.total,
    link,
  }
}

const columnWords: Record<string, { en: string; zh: string }> = {
  order_no: { en: 'Order', zh: '订单号' },
  order_id: { en: 'Order', zh: '订单' },
  opened_at: { en: 'Since', zh: '发生时间' },
  due_at: { en: 'Due', zh: '应完成时间' },
  exposure_amount: { en: 'At risk', zh: '风险金额' },
  status: { en: 'Status', zh: '状态' },
}

function columnLabel(name: string, context: ChartContext): string {
  return (
    columnWords[name]?.[context.language] ??
    context.catalogue.dimensions.find((card) => card.name === name)?.label[context.language] ??
    name
  )
}
