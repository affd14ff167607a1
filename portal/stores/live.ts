import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { TickNotice } from '#api/contract/live.ts'

type Listener = (tick: TickNotice) => void

/** What the server says by itself: one event stream for the whole page, shared by everyone who listens. */
export const useLive = defineStore('live', () => {
  const connected = ref(false)
  const lastTick = shallowRef<TickNotice>()
  const listeners = new Set<Listener>()
  let stream: EventSource | undefined

  /** The browser reconnects by itself; `connected` says whether what is shown still moves. */
  function open(): void {
    if (stream !== undefined) return
    stream = new EventSource('/api/live')
    stream.addEventListener('open', () => {
      connected.value = true
    })
    stream.addEventListener('error', () => {
      connected.value = false
    })
    stream.addEventListener('tick', (event) => {
      const tick = JSON.parse(event.data as string) as TickNotice
      connected.value = true
      lastTick.value = tick
      for (const listener of listeners) listener(tick)
    })
  }

  function close(): void {
    stream?.close()
    stream = undefined
    connected.value = false
  }

  return { connected, lastTick, open, close, listeners }
})

/** Calls back on ticks at most once per `pauseMs`, never while the page is hidden, and always after the last one. */
export function useTicks(callback: Listener, pauseMs: number): void {
  const { listeners } = useLive()
  let waiting: TickNotice | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function fire(): void {
    timer = undefined
    if (waiting === undefined || document.hidden) return
    const tick = waiting
    waiting = undefined
    timer = setTimeout(fire, pauseMs)
    callback(tick)
  }

  const listener: Listener = (tick) => {
    waiting =
      waiting === undefined ? tick : { ...tick, order_ids: [...new Set([...waiting.order_ids, ...tick.order_ids])] }
    timer ??= setTimeout(fire, 0)
  }
  const shown = (): void => {
    if (!document.hidden && waiting !== undefined) timer ??= setTimeout(fire, 0)
  }

  listeners.add(listener)
  document.addEventListener('visibilitychange', shown)
  onScopeDispose(() => {
    listeners.delete(listener)
    document.removeEventListener('visibilitychange', shown)
    clearTimeout(timer)
  })
}
