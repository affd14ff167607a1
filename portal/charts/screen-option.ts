/** What the screen adds to a drawn model: element tooltips, and our own legend, whose totals can be pressed, instead of the chart's. */
import type { EChartsOption } from 'echarts'
import { inks, surfaces, type Theme } from '#dashboards/charts/colour.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { formatValue } from '#dashboards/charts/format.ts'
import type { HeatmapModel, SeriesModel } from '#dashboards/charts/model.ts'
import { toOption } from '#dashboards/charts/option.ts'
import type { UsualModel } from '#dashboards/charts/usual.ts'
import { heatmapTip, seriesTip, type SeriesWords } from './tooltip.ts'

const fontFamily = "Inter, system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"

export function screenOption(
  model: SeriesModel | HeatmapModel,
  theme: Theme,
  language: Language,
  words: SeriesWords = { total: '', usual: '', immature: '' },
  usual?: UsualModel,
): EChartsOption {
  const option = toOption(model, { theme, language, fontFamily, interactive: true })
  const tooltip = {
    confine: true,
    className: 'tip-box',
    backgroundColor: surfaces[theme],
    borderColor: inks[theme].line,
    textStyle: { color: inks[theme].text },
    transitionDuration: 0,
  }
  if (model.kind === 'heatmap') {
    const ends = [model.max, 0].map((value) => formatValue(value, { ...model, language }, 'short'))
    return {
      ...option,
      visualMap: { ...(option.visualMap as object), text: ends },
      tooltip: { ...tooltip, formatter: (given) => heatmapTip(model, indexOf(given), language) },
    }
  }
  return {
    ...option,
    legend: { show: false },
    grid: { left: 4, right: 12, top: usual && usual.spikes.length > 0 ? 26 : 14, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip,
      trigger: 'axis',
      axisPointer: { type: model.draw === 'bars' ? 'shadow' : 'line' },
      formatter: (given) => seriesTip(model, indexOf(given), { theme, language, words, usual }),
    },
  }
}

function indexOf(given: unknown): number {
  const [first] = Array.isArray(given) ? (given as { dataIndex: number }[]) : [given as { dataIndex: number }]
  return first?.dataIndex ?? 0
}
