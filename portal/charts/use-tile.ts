import { computed, type Ref } from 'vue'
import type { Tile } from '#dashboards/board.ts'
import type { ChartContext } from '#dashboards/charts/context.ts'
import type { ChartModel } from '#dashboards/charts/model.ts'
import { prepareTile } from '#dashboards/charts/prepare.ts'
import { requestsOfTile } from '#dashboards/charts/requests.ts'
import { useResource } from '#portal/api/resource.ts'
import { useLive } from '#portal/stores/live.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import { askAlone, askTogether } from './tile-source.ts'

/**
 * A tile's model, kept while a newer one is on its way. A model is prepared with the context its numbers were asked
 * in, not with the newest, so that a mark's drill never asks for another window than its number was counted in.
 */
export function useTile(tile: () => Tile, context: Ref<ChartContext>) {
  const preferences = usePreferences()
  const live = useLive()
  /** What the reader asked; `to` only moves with the clock. */
  const question = computed(() => {
    const { where, time_basis, zone, window, known_at } = context.value
    return JSON.stringify([where, time_basis, zone, window.from, known_at])
  })
  const asked = useResource(
    async (signal) => {
      const at = context.value
      const requests = requestsOfTile(tile(), at)
      const { results, kept } = await (tile().kind === 'kpi' ? askTogether(requests) : askAlone(requests, signal))
      if (kept === null) return { at, results, isKept: false }
      // Whoever comes while the data stands still has heard no clock.
      live.dataAsOf ??= kept.at
      const to = new Date(Date.parse(at.window.to) - kept.earlierMs).toISOString()
      return { at: { ...at, window: { ...at.window, to } }, results, isKept: true }
    },
    [question],
    [() => context.value],
  )

  const model = computed<ChartModel | undefined>(() => {
    const found = asked.data.value
    // The present is not shown under the past's heading, nor the other way round.
    if (found?.at.known_at !== context.value.known_at) return undefined
    return found && prepareTile(tile(), found.results, { ...found.at, language: preferences.language })
  })
  const asOf = computed(() => asked.data.value?.results[0]?.as_of ?? null)
  /** Whether the server told what it had kept. */
  const isKept = computed(() => asked.data.value?.isKept === true)
  return { model, asOf, isKept, error: asked.error, loading: asked.loading, refresh: asked.refresh }
}
