import { ApiError } from './api-error.ts'

const againMs = 1_000
/** With the time the API itself waits this is a quarter of an hour. */
const mostTries = 40

/** Asks again while the API is still working out what was known at an instant. */
export async function patiently<T>(ask: () => Promise<T>, signal?: AbortSignal, waitMs = againMs): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (cause) {
      const isPreparing = cause instanceof ApiError && cause.code === 'preparing'
      if (!isPreparing || tries >= mostTries || signal?.aborted === true) throw cause
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}
