import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'
import type { ApiError } from './api-error.ts'

export interface Resource<T> {
  data: ShallowRef<T | undefined>
  error: ShallowRef<ApiError | undefined>
  loading: ShallowRef<boolean>
  refresh: () => Promise<void>
}

/** Server data that follows its inputs: the old value stays on screen until the new one is there, and late answers are dropped. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, inputs: WatchSource[] = []): Resource<T> {
  const data = shallowRef<T>()
  const error = shallowRef<ApiError>()
  const loading = shallowRef(false)
  let current: AbortController | undefined

  async function refresh(): Promise<void> {
    current?.abort()
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
      if (current === mine) loading.value = false
    }
  }

  watch(inputs, () => void refresh(), { immediate: true })
  onScopeDispose(() => {
    current?.abort()
    current = undefined
  })
  return { data, error, loading, refresh }
}
