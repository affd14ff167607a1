/** A back-test's cases a day made ready to draw: today's threshold beside the proposed one, gaps filled with zeros. */
import type { EChartsOption } from 'echarts'
import type { Trial } from '#api/contract/rules.ts'
import { colourOf, inks, surfaces, type Theme } from '#dashboards/charts/colour.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { bucketLabels, formatValue } from '#dashboards/charts/format.ts'
import { axisTip } from '#portal/charts/tooltip.ts'

export type TrialDays = { days: string[]; lines: { side: 'now' | 'then'; name: string; values: number[] }[] }

const DAY_MS = 86_400_000

/** A day on which nothing opened has no row, and is a zero, not a gap: the models looked at it. */
export function prepareDays({ days }: Pick<Trial, 'days'>, words: { now: string; after: string }): TrialDays {
  const found = new Map(days.map((one) => [one.day, one]))
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  const all: string[] = []
  if (first !== undefined && last !== undefined)
    for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS)
      all.push(new Date(at).toISOString().slice(0, 10))
  const line = (side: 'now' | 'then') => ({
    side,
    name: side === 'now' ? words.now : words.after,
    values: all.map((day) => found.get(day)?.[side] ?? 0),
  })
  return { days: all, lines: [line('now'), line('then')] }
}

const shades = ['others', 'accent'] as const
export const trialColours = (theme: Theme): string[] => shades.map((shade) => colourOf(shade, theme))

export function trialOption(model: TrialDays, theme: Theme, language: Language): EChartsOption {
  const ink = inks[theme]
  const form = { unit: 'count', currency: null, language } as const
  const colours = trialColours(theme)
  // A day of the calendar has no zone of its own.
  const namesOf = (day: string) => bucketLabels(Date.parse(day), 'day', 'UTC', language)
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { color: ink.text },
    aria: { enabled: true },
    grid: { left: 4, right: 8, top: 10, bottom: 4, containLabel: true },
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
        const day = model.days[index]
        return axisTip(day === undefined ? '' : namesOf(day).long_label, rows)
      },
    },
    xAxis: {
      type: 'category',
      data: model.days,
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.faint, hideOverlap: true, formatter: (day: string) => namesOf(day).label },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.faint, formatter: (value: number) => formatValue(value, form, 'short') },
    },
    series: model.lines.map((line, i) => ({
      id: line.side,
      name: line.name,
      type: 'bar' as const,
      data: line.values,
      barMaxWidth: 18,
      itemStyle: { color: colours[i] ?? ink.text, borderRadius: [2, 2, 0, 0] },
    })),
  }
}
