/** Every chart as a table, for readers who cannot or would rather not see it drawn. */
import type { Language } from './context.ts'
import { formatValue } from './format.ts'
import type { ChartModel, Mark, Measure } from './model.ts'

export type ChartTable = { columns: string[]; rows: { label: string; cells: { text: string; mark: Mark }[] }[] }

export function tableOf(model: ChartModel, language: Language): ChartTable {
  const cell = (mark: Mark, measure: Measure = model) => ({
    text: formatValue(mark.value, { ...measure, language }),
    mark,
  })
  if (model.kind === 'kpi') return { columns: [model.label], rows: [{ label: model.title, cells: [cell(model.mark)] }] }
  if (model.kind === 'series') {
    const rows = model.buckets.map((bucket, i) => ({
      label: bucket.long_label,
      cells: model.lines.flatMap((line) => line.marks[i] ?? []).map((mark) => cell(mark)),
    }))
    return { columns: model.lines.map((line) => line.label), rows }
  }
  if (model.kind === 'heatmap') {
    const width = model.x.values.length
    const rows = model.y.values.map((value, j) => ({
      label: value.label,
      cells: model.cells.slice(j * width, (j + 1) * width).map((mark) => cell(mark)),
    }))
    return { columns: model.x.values.map((value) => value.label), rows }
  }
  return {
    columns: model.columns.map((column) => column.label),
    rows: model.rows.map((row) => ({
      label: row.label,
      cells: row.cells.map((mark, i) => cell(mark, model.columns[i])),
    })),
  }
}
