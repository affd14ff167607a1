/** Detection as a part of a process: ticks that never overlap, told to everybody who watches. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TickNotice } from '#api/features/live/live.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { type TickResult, createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Log } from './log.ts'

export type Ticking = { stop(): Promise<void> }

export const noticeOf = (tick: TickResult): TickNotice => ({
  tick: tick.tickId,
  data_as_of: `${tick.clockAt.replace(' ', 'T')}Z`,
  orders: tick.orders,
  order_ids: [...tick.orderIds],
})

export async function startTicking(options: {
  warehouse: Warehouse
  everyMs: number
  log: Log
  onTick: (notice: TickNotice) => void
}): Promise<Ticking> {
  const { warehouse, everyMs, log, onTick } = options
  const project = readProject()
  await buildModels(warehouse, project)
  const ticker = createTicker(warehouse, project)
  const stopping = new AbortController()

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      try {
        const result = await ticker.tick(Date.now())
        if (result !== null) onTick(noticeOf(result))
      } catch (error) {
        log.error({ err: error }, 'transforms: the tick failed; the next one does its work')
      }
      await sleep(Math.max(50, everyMs - (performance.now() - startedAt)), undefined, {
        signal: stopping.signal,
      }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** For a process that shows data but does not tick: reads of ticks elsewhere. */
export function watchTicks(options: {
  warehouse: Warehouse
  everyMs: number
  log: Log
  onTick: (notice: TickNotice) => void
}): Ticking {
  const { warehouse, everyMs, log, onTick } = options
  const stopping = new AbortController()
  let last = ''
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const [row] = await warehouse.queryRows(
          'select tick_id, toString(clock_at) as clock_at, orders from tick_log order by started_at desc limit 1',
        )
        const tickId = String(row?.['tick_id'] ?? '')
        if (row !== undefined && tickId !== last) {
          if (last !== '')
            onTick({
              tick: tickId,
              data_as_of: `${String(row['clock_at']).replace(' ', 'T')}Z`,
              orders: Number(row['orders']),
              order_ids: [],
            })
          last = tickId
        }
      } catch (error) {
        log.warn({ err: error }, 'api: the tick log could not be read')
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
