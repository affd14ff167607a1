/** A ready model as an ECharts option. Nothing is decided here: order, units, gaps and colours are the model's. */
import type { EChartsOption } from 'echarts'
import { colourOf, inks, scaleOf, surfaces, type Theme } from './colour.ts'
import type { Language } from './context.ts'
import { formatValue } from './format.ts'
import type { ChartModel, HeatmapModel, RankingModel, SeriesModel } from './model.ts'

export type Look = {
  theme: Theme
  language: Language
  fontFamily?: string
  /** False for images: nothing moves and nothing is hovered. */ interactive?: boolean
}

export function toOption(model: Exclude<ChartModel, { kind: 'kpi' }>, look: Look): EChartsOption {
  const ink = inks[look.theme]
  const base: EChartsOption = {
    animation: look.interactive ?? true,
    animationDuration: 200,
    backgroundColor: 'transparent',
    textStyle: { color: ink.text, ...(look.fontFamily ? { fontFamily: look.fontFamily } : {}) },
    aria: { enabled: true, label: { description: `${model.title}: ${model.label}` } },
  }
  if (model.kind === 'series') return { ...base, ...seriesOption(model, look) }
  if (model.kind === 'heatmap') return { ...base, ...heatmapOption(model, look) }
  return { ...base, ...rankingOption(model, look) }
}

function seriesOption(model: SeriesModel, look: Look): EChartsOption {
  const bars = model.draw === 'bars'
  return {
    grid: { left: 8, right: 16, top: model.lines.length > 1 ? 56 : 16, bottom: 8, containLabel: true },
    legend: {
      show: model.lines.length > 1,
      type: (look.interactive ?? true) ? 'scroll' : 'plain',
      top: 0,
      left: 0,
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 8,
      textStyle: { color: inks[look.theme].text },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: bars ? 'shadow' : 'line' },
      valueFormatter: (value) => formatted(value, model, look),
    },
    xAxis: { type: 'category', data: model.buckets.map((bucket) => bucket.label), boundaryGap: bars, ...axisInk(look) },
    yAxis: { type: 'value', minInterval: model.unit === 'count' ? 1 : 0, ...valueAxis(model, look) },
    series: model.lines.map((line) => ({
      id: line.id,
      name: line.label,
      data: line.marks.map((mark) => mark.value),
      itemStyle: { color: colourOf(line.colour, look.theme) },
      cursor: 'pointer',
      ...(bars
        ? { type: 'bar' as const, stack: 'all', barMaxWidth: 36 }
        : {
            type: 'line' as const,
            connectNulls: false,
            symbolSize: 6,
            showSymbol: model.buckets.length < 60,
            lineStyle: { width: 2 },
          }),
    })),
  }
}

function heatmapOption(model: HeatmapModel, look: Look): EChartsOption {
  const width = model.x.values.length
  return {
    grid: { left: 8, right: 16, top: 8, bottom: 44, containLabel: true },
    tooltip: { confine: true, valueFormatter: (value) => formatted(value, model, look) },
    xAxis: {
      type: 'category',
      data: model.x.values.map((value) => value.label),
      ...axisInk(look),
      splitArea: { show: false },
    },
    yAxis: { type: 'category', inverse: true, data: model.y.values.map((value) => value.label), ...axisInk(look) },
    visualMap: {
      min: 0,
      max: Math.max(model.max, 1),
      calculable: false,
      text: [formatted(model.max, model, look), formatted(0, model, look)],
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 80,
      itemWidth: 10,
      inRange: { color: scaleOf(look.theme) },
      textStyle: { color: inks[look.theme].faint },
      formatter: (value) => formatted(value, model, look),
    },
    series: [
      {
        type: 'heatmap',
        name: model.label,
        cursor: 'pointer',
        data: model.cells.map((cell, i) => [i % width, Math.floor(i / width), cell.value ?? '-']),
        itemStyle: { borderColor: surfaces[look.theme], borderWidth: 2, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: inks[look.theme].text } },
      },
    ],
  }
}

function rankingOption(model: RankingModel, look: Look): EChartsOption {
  return {
    grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true },
    tooltip: { confine: true, valueFormatter: (value) => formatted(value, model, look) },
    xAxis: { type: 'value', minInterval: model.unit === 'count' ? 1 : 0, ...valueAxis(model, look) },
    yAxis: { type: 'category', inverse: true, data: model.rows.map((row) => row.label), ...axisInk(look) },
    series: [
      {
        type: 'bar',
        name: model.label,
        cursor: 'pointer',
        barMaxWidth: 22,
        label: {
          show: true,
          position: 'right',
          color: inks[look.theme].text,
          formatter: ({ value }) => formatted(value, model, look),
        },
        data: model.rows.map((row) => ({
          value: row.cells[0]?.value ?? '-',
          itemStyle: { color: colourOf(row.colour, look.theme) },
        })),
      },
    ],
  }
}

function axisInk(look: Look) {
  return {
    axisLine: { lineStyle: { color: inks[look.theme].line } },
    axisTick: { show: false },
    axisLabel: { color: inks[look.theme].faint, hideOverlap: true },
  }
}

function valueAxis(model: ChartModel, look: Look) {
  return {
    splitLine: { lineStyle: { color: inks[look.theme].line } },
    axisLabel: {
      color: inks[look.theme].faint,
      formatter: (value: number) =>
        formatValue(value, { unit: model.unit, currency: model.currency, language: look.language }, 'short'),
    },
  }
}

/** ECharts hands back what it was given: a number, a cell, or its sign for a gap. */
function formatted(value: unknown, model: ChartModel, look: Look): string {
  const plain: unknown = Array.isArray(value) ? value.at(-1) : value
  return formatValue(typeof plain === 'number' ? plain : null, {
    unit: model.unit,
    currency: model.currency,
    language: look.language,
  })
}
