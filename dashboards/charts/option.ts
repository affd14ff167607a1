/** A ready model as an ECharts option. Nothing is decided here: order, units, gaps and colours are the model's. */
import type { EChartsOption } from 'echarts'
import { colourOf, inks, scaleOf, surfaces, type Theme } from './colour.ts'
import type { Language } from './context.ts'
import { formatValue } from './format.ts'
import {
  type Axis,
  type ChartModel,
  type HeatmapModel,
  type RankingModel,
  type SeriesModel,
  immatureFrom,
} from './model.ts'

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
    series: bars ? barsOf(model, look) : [...linesOf(model, look), ...tailsOf(model, look)],
  }
}

/** Hatched while the value still changes. */
function barsOf(model: SeriesModel, look: Look) {
  const decal = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: hatch(look) }
  return model.lines.map((line) => ({
    type: 'bar' as const,
    id: line.id,
    name: line.label,
    stack: 'all',
    barMaxWidth: 36,
    cursor: 'pointer',
    itemStyle: { color: colourOf(line.colour, look.theme) },
    data: line.marks.map(({ value, immature }) => (immature ? { value, itemStyle: { decal } } : value)),
  }))
}

const hatch = (look: Look): string => surfaces[look.theme] + '99'

function linesOf(model: SeriesModel, look: Look) {
  const end = immatureFrom(model) ?? Infinity
  return model.lines.map((line) => lineOf(line, line.id, (i) => i < end, model, look))
}

/** The part that still changes: dashed, from the last final value on. */
function tailsOf(model: SeriesModel, look: Look) {
  const start = immatureFrom(model)
  if (start === null) return []
  return model.lines.map((line) => {
    const drawn = lineOf(line, `${line.id} …`, (i) => i >= start - 1, model, look)
    return { ...drawn, symbol: 'emptyCircle', lineStyle: { width: 2, type: 'dashed' as const } }
  })
}

function lineOf(
  line: SeriesModel['lines'][number],
  id: string,
  isDrawn: (bucket: number) => boolean,
  model: SeriesModel,
  look: Look,
) {
  return {
    type: 'line' as const,
    id,
    name: line.label,
    connectNulls: false,
    symbol: 'circle',
    symbolSize: 6,
    showSymbol: model.buckets.length < 60,
    lineStyle: { width: 2 },
    cursor: 'pointer',
    itemStyle: { color: colourOf(line.colour, look.theme) },
    data: line.marks.map(({ value }, i) => (isDrawn(i) ? value : null)),
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
      axisLabel: { ...everyLabel(model.x), color: inks[look.theme].faint },
      splitArea: { show: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: model.y.values.map((value) => value.label),
      ...axisInk(look),
      axisLabel: { interval: 0, color: inks[look.theme].faint },
    },
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

/** A column nobody can name is no use: all names are written, long ones at a slant. */
function everyLabel({ values }: Axis) {
  const long = Math.max(0, ...values.map(({ label }) => widthOf(label))) > 5 && values.length > 5
  return { interval: 0, fontSize: 11, ...(long ? { rotate: 40 } : { hideOverlap: true }) }
}

/** In Latin letters, of which a Chinese one takes two. */
const widthOf = (label: string): number =>
  [...label].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? 2 : 1), 0)

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
