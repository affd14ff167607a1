// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { type Changed, useChanges, useLive } from './live.ts'

class Source extends EventTarget {
  static last: Source
  constructor() {
    super()
    Source.last = this
  }
  close(): void {}
  tell(kind: string, data: object): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
  }
}
const heard: Changed[] = []
let scope = effectScope()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  setActivePinia(createPinia())
  heard.length = 0
  scope = effectScope()
  useLive().open()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
const listen = (...of: Parameters<typeof useChanges>[0]) =>
  scope.run(() => useChanges(of, (changed) => void heard.push(changed), 1_000))

it('hears what it asked for only, and the clock from whatever brings it', () => {
  listen('queue')
  Source.last.tell('orders', { order_ids: ['a'], complete: true })
  Source.last.tell('clock', { data_as_of: '2026-01-01T00:00:01.000Z' })
  vi.runAllTimers()
  expect([heard, useLive().dataAsOf]).toEqual([[], '2026-01-01T00:00:01.000Z'])
})

it('hears at once, and what came during the pause together', () => {
  listen('orders', 'queue')
  Source.last.tell('orders', { order_ids: ['a'], complete: true })
  vi.advanceTimersByTime(1)
  Source.last.tell('orders', { order_ids: ['b'], complete: true })
  Source.last.tell('queue', { order_ids: ['c'], complete: true })
  vi.runAllTimers()
  expect(heard).toEqual([{ orderIds: new Set(['a']) }, { orderIds: new Set(['b', 'c']) }])
})

it('takes it that anything changed when not all is told, and after a reset', () => {
  listen('orders')
  Source.last.tell('orders', { order_ids: ['a'], complete: false })
  vi.runAllTimers()
  Source.last.tell('reset', { data_as_of: null })
  vi.runAllTimers()
  expect(heard).toEqual([{ orderIds: null }, { orderIds: null }])
})
