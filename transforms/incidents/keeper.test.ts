/** When incidents are worked out: every twenty seconds, and the less often the longer it takes. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { variablesAt } from '../engine/compile.ts'
import { readProject } from '../engine/project.ts'
import { createIncidentKeeper } from './keeper.ts'

const SECOND = 1_000
const START = Date.UTC(2026, 10, 1)
beforeEach(() => void vi.useFakeTimers({ now: START, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** The seconds after the start at which they were worked out, where a tick comes every 5 s and each time takes so long. */
async function worked(tookMs: number, isAlwaysDue = true): Promise<number[]> {
  const at: number[] = []
  let nowMs = START
  let isDue = true
  const warehouse: Pick<Warehouse, 'command' | 'query'> = {
    command(sql) {
      if (sql.startsWith('truncate')) {
        // Done; the time it all took is told here.
        at.push((nowMs - START) / SECOND)
        vi.setSystemTime(Date.now() + tookMs)
        isDue = isAlwaysDue
      }
      return Promise.resolve()
    },
    query: ({ row }) => Promise.resolve([row.parse({ n: isDue ? 1 : 0 })]),
  }
  const keeper = createIncidentKeeper(warehouse, readProject())
  for (; nowMs < START + 100 * SECOND; nowMs += 5 * SECOND) await keeper.keep(nowMs, variablesAt(nowMs))
  return at
}

test('every twenty seconds while that is quick', async () => {
  expect(await worked(500)).toEqual([0, 20, 40, 60, 80])
})

test('for at most a twentieth of the time where it takes long', async () => {
  expect(await worked(2 * SECOND)).toEqual([0, 40, 80])
})

test('once for what the process before may have left, and not again while nothing is due', async () => {
  expect(await worked(500, false)).toEqual([0])
})
