import { ApiError } from './api-error.ts'

const againMs = 1_000
/** With the time the API itself waits this is a quarter of an hour. */
const mostTries: Readonly<Record<string, number>> = {
  preparing: 40,
  // Whoever comes while many ask is served within seconds, or told so.
  too_busy: 3,
}

/** Asks again while the API is still working out what was known at an instant, and a few times while it is busy. */
export async function patiently<T>(ask: () => Promise<T>, signal?: AbortSignal, waitMs = againMs): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (cause) {
      const most = cause instanceof ApiError ? mostTries[cause.code] : undefined
      if (most === undefined || tries >= most || signal?.aborted === true) throw cause
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}
