import { computed, type Ref } from 'vue'
import type { SpikeCourse } from '#api/contract/metrics.ts'
import type { Tile } from '#dashboards/board.ts'
import type { ChartContext } from '#dashboards/charts/context.ts'
import type { ChartModel } from '#dashboards/charts/model.ts'
import { prepareUsual, usualRequestOf, type UsualModel } from '#dashboards/charts/usual.ts'
import { client } from '#portal/api/client.ts'
import { limited } from '#portal/api/limit.ts'
import { useResource } from '#portal/api/resource.ts'

/** One at a time: what is usual is an ornament, and must not hold up the numbers. */
const limit = limited(1)
/** Weeks that are over do not change by the second. */
const freshMs = 600_000

/** What is usual for the buckets of a series tile; undefined for other tiles, and until it is known. */
export function useUsual(tile: () => Tile, context: Ref<ChartContext>, model: Ref<ChartModel | undefined>) {
  const request = computed(() => {
    const asked = tile()
    return asked.kind === 'series' ? usualRequestOf(asked, context.value) : null
  })
  /** `to` moves with the clock; the answer is asked again now and then, and when the question changes. */
  const question = computed(() => {
    if (request.value === null) return ''
    const { to, ...rest } = request.value
    return JSON.stringify([rest, Math.floor(Date.parse(to) / freshMs)])
  })
  const found = useResource(
    async (signal): Promise<SpikeCourse | undefined> => {
      const asked = request.value
      return asked === null ? undefined : limit(() => client.spikes(asked, signal), signal)
    },
    [question],
  )
  return computed<UsualModel | undefined>(() => {
    const series = model.value
    return found.data.value && series?.kind === 'series' ? prepareUsual(found.data.value, series) : undefined
  })
}
