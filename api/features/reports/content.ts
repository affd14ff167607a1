/** One report for one scope: numbers, chart and table, each with the question that opens it in the portal. */
import { kpiTileSchema, type Tile } from '#dashboards/board.ts'
import { cardOf, windowEndingAt, type ChartContext, type Language } from '#dashboards/charts/context.ts'
import type { ChartModel, KpiModel } from '#dashboards/charts/model.ts'
import { prepareKpi } from '#dashboards/charts/prepare-kpi.ts'
import { prepareTile } from '#dashboards/charts/prepare.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import type { ReportDefinition } from '#dashboards/report.ts'
import { metricRequestSchema, type Filter, type MetricResult, type RowScope } from '#transforms/query/request.ts'
import type { Numbers } from './numbers.ts'
import { writeOrderTable, type OrderTable } from './order-table.ts'

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

export type ReportContent = {
  title: string
  language: Language
  zone: string
  board: string
  window: { from: string; to: string }
  asOf: string
  headlines: KpiModel[]
  chart: Exclude<ChartModel, KpiModel>
  orders: OrderTable
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
  const headlines = await Promise.all(
    definition.headlines.map(async (metric) => {
      const title = cardOf(context, metric).label
      const tile = kpiTileSchema.parse({ id: metric.replaceAll('_', '-'), kind: 'kpi', metric, title })
      return prepareKpi(tile, await ask(tile), context)
    }),
  )
  const chart = prepareTile(definition.chart, await ask(definition.chart), context)
  if (chart.kind === 'kpi') throw new TypeError('a report draws a series, a heatmap or a ranking')
  const orders = await writeOrderTable(numbers, definition, context, scope)
  return { title: request.title, language, zone, board: definition.board, window, asOf, headlines, chart, orders }
}
