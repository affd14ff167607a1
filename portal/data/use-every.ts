import { onScopeDispose } from 'vue'

/** Calls back in a rhythm while the page is seen; at once when it is seen again after a pause. */
export function useEvery(ms: number, callback: () => void): void {
  let missed = false
  const timer = setInterval(() => {
    if (document.hidden) missed = true
    else callback()
  }, ms)
  const shown = (): void => {
    if (document.hidden || !missed) return
    missed = false
    callback()
  }
  document.addEventListener('visibilitychange', shown)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', shown)
  })
}
