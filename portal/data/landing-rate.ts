/** The landing rate made ready to draw: messages per minute whatever the step, two lines, one table. */
import type { EChartsOption } from 'echarts'
import type { LandingRate } from '#api/contract/data.ts'
import { colourOf, inks, surfaces, type Theme } from '#dashboards/charts/colour.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { formatValue } from '#dashboards/charts/format.ts'
import { axisTip } from '#portal/charts/tooltip.ts'

export type RateModel = {
  lines: { name: string; values: number[] }[]
  rows: { at: string; label: string; landed: number; derived: number }[]
  isEmpty: boolean
}
export type RateWords = { landed: string; derived: string; clock: (at: string) => string }

export function prepareRate(rate: LandingRate, words: RateWords): RateModel {
  const perMinute = (n: number): number => (n * 60) / rate.step_s
  const rows = rate.buckets.map((bucket) => ({
    at: bucket.at,
    label: words.clock(bucket.at),
    landed: perMinute(bucket.landed),
    derived: perMinute(bucket.derived),
  }))
  return {
    lines: [
      { name: words.landed, values: rows.map((row) => row.landed) },
      { name: words.derived, values: rows.map((row) => row.derived) },
    ],
    rows,
    isEmpty: rows.every((row) => row.landed === 0 && row.derived === 0),
  }
}

const shades = ['accent', { dimension: 'landing', value: 'derived' }] as const

export const rateColours = (theme: Theme): string[] => shades.map((shade) => colourOf(shade, theme))

export function rateOption(model: RateModel, theme: Theme, language: Language): EChartsOption {
  const ink = inks[theme]
  const form = { unit: 'count', currency: null, language } as const
  const colours = rateColours(theme)
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { color: ink.text },
    aria: { enabled: true },
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      className: 'tip-box',
      backgroundColor: surfaces[theme],
      borderColor: ink.line,
      textStyle: { color: ink.text },
      transitionDuration: 0,
      formatter: (given) => {
        const index = (Array.isArray(given) ? given[0] : given)?.dataIndex ?? 0
        const rows = model.lines.map((line, i) => ({
          label: line.name,
          value: formatValue(line.values[index] ?? null, form),
          colour: colours[i] ?? ink.text,
        }))
        return axisTip(model.rows[index]?.label ?? '', rows)
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: model.rows.map((row) => row.label),
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.faint, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.faint, formatter: (value: number) => formatValue(value, form, 'short') },
    },
    series: model.lines.map((line, i) => ({
      id: String(i),
      name: line.name,
      type: 'line' as const,
      data: line.values,
      showSymbol: false,
      // The dashed line lies over the other one where both agree, and neither hides the other.
      lineStyle: { width: 2, type: i === 0 ? ('solid' as const) : ('dashed' as const) },
      itemStyle: { color: colours[i] ?? ink.text },
      ...(i === 0 ? { areaStyle: { opacity: 0.1 } } : {}),
    })),
  }
}
