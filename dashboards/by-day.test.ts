/** What boards ask of the anomalies is answered from their rows by day: as the overview opens, and with its filters set. */
import { expect, test } from 'vitest'
import { catalogueOf, definitions } from '#transforms/metrics/definitions.ts'
import { placedByDay } from '#transforms/query/by-day.ts'
import { planOf } from '#transforms/query/plan.ts'
import { metricRequestSchema, unrestricted } from '#transforms/query/request.ts'
import type { ChartContext } from './charts/context.ts'
import { requestsOfTile } from './charts/requests.ts'
import { loadBoards } from './load.ts'

const context: ChartContext = {
  language: 'en',
  zone: 'Asia/Shanghai',
  window: { from: '2026-11-20T07:13:00.000Z', to: '2026-11-27T07:13:00.000Z' },
  as_of: '2026-11-27T07:13:00.000Z',
  where: [],
  catalogue: catalogueOf(definitions()),
}

test('every request about anomalies', () => {
  const scope = { ...unrestricted, channels: ['tmall'], regions: ['浙江'] }
  let asked = 0
  const slow: string[] = []
  for (const { tiles, filters } of loadBoards()) {
    const filtered = {
      ...context,
      where: filters.map((dimension) => ({ dimension, op: 'in' as const, values: ['x'] })),
    }
    for (const given of [context, { ...context, time_basis: 'business' as const }, filtered])
      for (const tile of tiles)
        for (const request of requestsOfTile(tile, given)) {
          const plan = planOf(definitions(), metricRequestSchema.parse(request), scope)
          if (plan.dataset.name !== 'anomalies') continue
          asked += 1
          if (placedByDay(plan) === plan) slow.push(`${tile.id}: ${request.metric}`)
        }
  }
  expect(slow).toEqual([])
  expect(asked).toBeGreaterThan(60)
})
