import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Mark } from '#dashboards/charts/model.ts'
import { drillState, readDrill, writeDrill, type DrillState } from '#portal/url/drill-query.ts'

/** Opens, changes and closes the drill drawer by way of the URL. */
export function useDrill() {
  const route = useRoute()
  const router = useRouter()
  const state = computed(() => readDrill(route.query['drill']))

  const open = (mark: Mark): void =>
    void router.push({ query: { ...route.query, drill: writeDrill(drillState(mark)) } })
  const change = (part: Partial<DrillState>): void => {
    if (state.value !== null)
      void router.replace({ query: { ...route.query, drill: writeDrill({ ...state.value, ...part }) } })
  }
  const close = (): void => {
    const { drill: _, ...rest } = route.query
    void router.push({ query: rest })
  }
  return { state, open, change, close }
}
