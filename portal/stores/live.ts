import { defineStore } from 'pinia'
import { onScopeDispose, ref } from 'vue'
import { addressOf } from '#portal/api/call.ts'
import type { components } from '#portal/api/routes.ts'

type Told = {
  orders: components['schemas']['LiveOrders']
  queue: components['schemas']['LiveQueue']
  boards: components['schemas']['LiveBoards']
  clock: components['schemas']['LiveClock']
}
export type Kind = keyof Told
const kinds: readonly Kind[] = ['orders', 'queue', 'boards', 'clock']

/** The orders concerned; null where these are not known, so that it may be any. */
export type Changed = { readonly orderIds: ReadonlySet<string> | null }
type Listener = (kind: Kind, changed: Changed) => void

const anything: Changed = { orderIds: null }
const together = (a: Changed, b: Changed): Changed =>
  a.orderIds === null || b.orderIds === null ? anything : { orderIds: new Set([...a.orderIds, ...b.orderIds]) }

/** What the server says by itself: one event stream for the whole page, shared by everyone who listens. */
export const useLive = defineStore('live', () => {
  const connected = ref(false)
  /** What happened up to here is in the data. */
  const dataAsOf = ref<string>()
  const listeners = new Set<Listener>()
  let stream: EventSource | undefined

  const hear = (kind: Kind, changed: Changed): void => {
    for (const listener of listeners) listener(kind, changed)
  }
  /** The clock that an event may bring, and the orders it names. */
  const read = (event: MessageEvent): Changed => {
    const { data_as_of, order_ids, complete } = JSON.parse(String(event.data)) as {
      data_as_of?: string | null
      order_ids?: string[]
      complete?: boolean
    }
    connected.value = true
    if (typeof data_as_of === 'string') dataAsOf.value = data_as_of
    return order_ids === undefined || complete === false ? anything : { orderIds: new Set(order_ids) }
  }

  /** The browser reconnects by itself and says what it had last; `connected` says whether what is shown still moves. */
  function open(): void {
    if (stream !== undefined) return
    stream = new EventSource(addressOf('/api/live'))
    stream.addEventListener('open', () => {
      connected.value = true
    })
    stream.addEventListener('error', () => {
      connected.value = false
    })
    stream.addEventListener('hello', read)
    for (const kind of kinds) stream.addEventListener(kind, (event) => hear(kind, read(event)))
    stream.addEventListener('reset', (event) => {
      read(event)
      for (const kind of kinds) hear(kind, anything)
    })
  }

  function close(): void {
    stream?.close()
    stream = undefined
    connected.value = false
  }

  return { connected, dataAsOf, open, close, listeners }
})

/** Calls back on changes of these kinds at most once per `pauseMs`, never while the page is hidden, and always after the last one. */
export function useChanges(of: readonly Kind[], callback: (changed: Changed) => void, pauseMs: number): void {
  const { listeners } = useLive()
  let waiting: Changed | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function fire(): void {
    timer = undefined
    if (waiting === undefined || document.hidden) return
    const changed = waiting
    waiting = undefined
    timer = setTimeout(fire, pauseMs)
    callback(changed)
  }

  const listener: Listener = (kind, changed) => {
    if (!of.includes(kind)) return
    waiting = waiting === undefined ? changed : together(waiting, changed)
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
