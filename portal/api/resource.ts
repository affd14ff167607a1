import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'
import type { ApiError } from './api-error.ts'

export interface Resource<T> {
  data: ShallowRef<T | undefined>
  error: ShallowRef<ApiError | undefined>
  loading: ShallowRef<boolean>
  refresh: () => Promise<void>
}

/**
 * Server data that follows its inputs: the old value stays on screen until the new one is there, and late answers are
 * dropped. A change of `inputs` gives up what is under way; a change of `pulse` and `refresh` wait for it, so that a
 * server slower than the pulse is still listened to.
 */
export function useResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: WatchSource[] = [],
  pulse: WatchSource[] = [],
): Resource<T> {
  const data = shallowRef<T>()
  const error = shallowRef<ApiError>()
  const loading = shallowRef(false)
  let current: AbortController | undefined
  let again = false

  async function refresh(): Promise<void> {
    if (current === undefined) await start()
    else again = true
  }

  async function start(): Promise<void> {
    current?.abort()
    again = false
    const mine = new AbortController()
    current = mine
    loading.value = true
    try {
      const value = await load(mine.signal)
      if (current !== mine) return
      data.value = value
      error.value = undefined
    } catch (cause) {
      if (current === mine) error.value = cause as ApiError
    } finally {
      if (current === mine) {
        current = undefined
        loading.value = false
        if (again) void start()
      }
    }
  }

  void start()
  watch([...inputs, ...pulse], (now, before) => {
    if (inputs.some((_, i) => now[i] !== before[i])) void start()
    else void refresh()
  })
  onScopeDispose(() => {
    current?.abort()
    current = undefined
    again = false
  })
  return { data, error, loading, refresh }
}
