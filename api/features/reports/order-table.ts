/** The worst rows behind one metric, as text; the number of all of them keeps the question that lists them. */
import { cardOf, timeOf, whereOf, type ChartContext } from '#dashboards/charts/context.ts'
import { drillOfMark } from '#dashboards/charts/drill-of-mark.ts'
import { formatInstant, formatValue } from '#dashboards/charts/format.ts'
import type { Mark } from '#dashboards/charts/model.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import type { ReportDefinition } from '#dashboards/report.ts'
import { drillRequestSchema, type DrillResult, type RowScope } from '#transforms/query/request.ts'
import type { Numbers } from './numbers.ts'

export type OrderTable = {
  title: string
  columns: string[]
  rows: { orderId: string; cells: string[] }[]
  all: Mark
  /** Column whose text links to the order. */
  link: number
}

export async function writeOrderTable(
  numbers: Numbers,
  { orders }: ReportDefinition,
  context: ChartContext,
  scope: RowScope,
): Promise<OrderTable> {
  const card = cardOf(context, orders.metric)
  const where = whereOf(card, orders, context)
  const asked = {
    metric: orders.metric,
    where,
    zone: context.zone,
    ...timeOf(card, context),
    sort: orders.sort,
    limit: orders.limit,
  }
  const drill = await numbers.drill(drillRequestSchema.parse(asked), scope)
  const place = { card, where, zone: context.zone, window: context.window, as_of: drill.as_of }
  const shown = orders.columns.flatMap((name) => drill.columns.find((column) => column.name === name) ?? [])
  const rows = drill.rows.map((row) => ({
    orderId: String(row['order_id'] ?? ''),
    cells: shown.map((column) => cellText(row, column, drill, context)),
  }))
  return {
    title: orders.title[context.language],
    columns: shown.map(({ name }) => columnLabel(name, context)),
    rows,
    all: { value: drill.total, n: drill.total, drill: drillOfMark(place) },
    link: Math.max(
      0,
      shown.findIndex((column) => column.name === 'order_no'),
    ),
  }
}

type Row = DrillResult['rows'][number]
type Column = DrillResult['columns'][number]

function cellText(row: Row, { name, type }: Column, drill: DrillResult, { zone, language }: ChartContext): string {
  const value = row[name] ?? null
  if (value === null || value === '') return '–'
  if (type === 'instant') return formatInstant(String(value), zone, language, 'short')
  const currency = String(row['currency'] ?? drill.currency ?? '')
  if (type === 'money') return formatValue(Number(value), { unit: 'money', currency, language })
  if (type === 'number') return formatValue(Number(value), { unit: 'count', currency: null, language })
  return valueLabel(name, String(value), language)
}

const columnWords: Record<string, { en: string; zh: string }> = {
  order_no: { en: 'Order', zh: '订单号' },
  order_id: { en: 'Order', zh: '订单' },
  opened_at: { en: 'Since', zh: '发生时间' },
  due_at: { en: 'Due', zh: '应完成时间' },
  exposure_amount: { en: 'At risk', zh: '风险金额' },
  status: { en: 'Status', zh: '状态' },
}

function columnLabel(name: string, { language, catalogue }: ChartContext): string {
  return (
    columnWords[name]?.[language] ?? catalogue.dimensions.find((card) => card.name === name)?.label[language] ?? name
  )
}
