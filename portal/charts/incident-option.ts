/** A prepared incident as bars of what was observed under the lines of what is usual. */
import type { EChartsOption } from 'echarts'
import { colourOf, inks, surfaces, type Theme } from '#dashboards/charts/colour.ts'
import type { IncidentBar } from '#dashboards/charts/prepare-incident.ts'

export type IncidentWords = { readonly observed: string; readonly expected: string; readonly atMost: string }

export function incidentOption(bars: readonly IncidentBar[], theme: Theme, words: IncidentWords): EChartsOption {
  const ink = inks[theme]
  const hot = colourOf({ dimension: 'level', value: 'escalated' }, theme)
  const calm = colourOf('others', theme)
  const usual = colourOf('accent', theme)
  const axis = { axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false } }
  return {
    animationDuration: 200,
    backgroundColor: 'transparent',
    grid: { left: 4, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { color: ink.text } },
    tooltip: {
      trigger: 'axis',
      confine: true,
      className: 'tip-box',
      backgroundColor: surfaces[theme],
      borderColor: ink.line,
      textStyle: { color: ink.text },
      axisPointer: { type: 'shadow' },
    },
    xAxis: {
      type: 'category',
      data: bars.map((bar) => bar.label),
      axisLabel: { color: ink.faint, hideOverlap: true },
      ...axis,
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.faint },
    },
    series: [
      {
        type: 'bar',
        name: words.observed,
        barMaxWidth: 32,
        cursor: 'pointer',
        itemStyle: { color: hot },
        data: bars.map((bar) => ({ value: bar.observed, itemStyle: { color: bar.is_hot ? hot : calm } })),
      },
      {
        type: 'line',
        name: words.expected,
        step: 'middle',
        symbol: 'none',
        itemStyle: { color: usual },
        lineStyle: { width: 2, color: usual },
        data: bars.map((bar) => rounded(bar.expected)),
      },
      {
        type: 'line',
        name: words.atMost,
        step: 'middle',
        symbol: 'none',
        itemStyle: { color: ink.faint },
        lineStyle: { width: 1, type: 'dashed', color: ink.faint },
        data: bars.map((bar) => rounded(bar.at_most)),
      },
    ],
  }
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)
