/** The band of what is usual, drawn behind a series, and the signs above what stands out. */
import type { EChartsOption } from 'echarts'
import { inks, surfaces, type Theme } from '#dashboards/charts/colour.ts'
import type { UsualModel } from '#dashboards/charts/usual.ts'

export const spikeSeries = 'spikes'
const quiet = { silent: true, symbol: 'none', step: 'middle' as const, tooltip: { show: false }, animation: false }
const alarm: Record<Theme, string> = { light: '#b42318', dark: '#ff8a80' }

export function usualSeries(usual: UsualModel, theme: Theme): Extract<EChartsOption['series'], unknown[]> {
  const { band, spikes } = usual
  if (usual.isLearning) return []
  const at = new Map(spikes.map((spike) => [spike.index, spike.observed]))
  const ink = inks[theme].faint
  const line = (id: string, data: (number | null)[], rest: object) => ({
    type: 'line' as const,
    id,
    data,
    ...quiet,
    ...rest,
  })
  return [
    line('usual-low', band.map((one) => one && one.low), { stack: 'usual', lineStyle: { opacity: 0 }, z: 1 }), // prettier-ignore
    line('usual-width', band.map((one) => one && one.high - one.low), {
      stack: 'usual',
      stackStrategy: 'all',
      lineStyle: { opacity: 0 },
      areaStyle: { color: ink, opacity: 0.16 },
      z: 1,
    }), // prettier-ignore
    line('usual', band.map((one) => one && one.expected), {
      lineStyle: { color: ink, width: 1.5, type: 'dashed' },
      z: 3,
    }), // prettier-ignore
    {
      type: 'line' as const,
      id: spikeSeries,
      data: band.map((_, index) => at.get(index) ?? null),
      symbol: 'triangle',
      symbolRotate: 180,
      symbolSize: [13, 11],
      symbolOffset: [0, -10],
      showSymbol: true,
      showAllSymbol: true,
      cursor: 'pointer',
      lineStyle: { opacity: 0 },
      itemStyle: { color: alarm[theme], borderColor: surfaces[theme], borderWidth: 1 },
      z: 5,
    },
  ]
}
