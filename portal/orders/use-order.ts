import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { client } from '#portal/api/client.ts'
import { useResource } from '#portal/api/resource.ts'
import { useChanges } from '#portal/stores/live.ts'
import { isSettled } from './intention.ts'

const watchMs = 1_200

/** One order, as it is or was known, and what may be done to it; kept fresh by the live stream, and watched closely while an action is under way. */
export function useOrder(id: Ref<string>, knownAt: Ref<string | undefined>) {
  const page = useResource((signal) => client.order(id.value, knownAt.value, signal), [id, knownAt])
  const actions = useResource(() => client.orderActions(id.value), [id])
  const changed = ref(false)
  let watching: ReturnType<typeof setTimeout> | undefined

  const refresh = async (): Promise<void> => void (await Promise.all([page.refresh(), actions.refresh()]))

  // Also when its anomalies were judged because of another order.
  useChanges(
    ['orders', 'queue'],
    ({ orderIds }) => {
      // What was known does not change.
      if (knownAt.value !== undefined) return
      if (orderIds === null || orderIds.has(id.value)) void refresh()
    },
    1_500,
  )

  const fingerprint = () =>
    JSON.stringify([page.data.value?.header, page.data.value?.timeline.length, page.data.value?.anomalies])
  watch(fingerprint, (_, before) => {
    if (
      page.data.value?.known_at !== null ||
      page.data.value?.header.order_id !== id.value ||
      before === undefined ||
      before === '[null,null,null]' ||
      !before.includes(`"order_id":${JSON.stringify(id.value)}`)
    )
      return
    changed.value = true
    setTimeout(() => {
      changed.value = false
    }, 2_500)
  })

  /** Polls while something of ours is unsettled, and once more after it, when the anomaly has had its tick. */
  watch(actions.data, (found, before) => {
    clearTimeout(watching)
    const open = found?.actions.some((action) => !isSettled(action)) ?? false
    const wasOpen = before?.actions.some((action) => !isSettled(action)) ?? false
    if (open) watching = setTimeout(() => void actions.refresh(), watchMs)
    else if (wasOpen) for (const after of [0, 2_000, 5_000, 10_000]) setTimeout(() => void page.refresh(), after)
  })
  onScopeDispose(() => clearTimeout(watching))
  return { page, actions, refresh, changed }
}
