import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createJobRow } from './job-row.ts'

const job = { job_id: 'j', kind: 'import', title: '', requested_by: '', started_at: '' } as const
const at = (done: number) => ({ done, total: 9, outcome: '' })

/** A warehouse that takes its time, and remembers what was told. */
function aWarehouse(ms = 0) {
  const told: unknown[] = []
  const insertRows = async (_table: string, rows: readonly Record<string, unknown>[]): Promise<void> => {
    await sleep(ms)
    for (const { state, done } of rows) told.push([state, done])
  }
  return { told, insertRows }
}

test('a job without progress goes on telling that it runs, and no longer after its last word', async () => {
  const warehouse = aWarehouse()
  const row = createJobRow(warehouse, job, 10)
  await row.write('running', at(3))
  await sleep(100)
  expect(warehouse.told.length).toBeGreaterThan(2)
  expect(new Set(warehouse.told.map(String))).toEqual(new Set(['running,3']))
  await row.write('stopped', at(4))
  const { length } = warehouse.told
  await sleep(50)
  expect(warehouse.told).toHaveLength(length)
  expect(warehouse.told.at(-1)).toEqual(['stopped', 4])
})

test('a sign of life under way does not overtake the last word', async () => {
  const warehouse = aWarehouse(30)
  const row = createJobRow(warehouse, job, 5)
  await row.write('running', at(1))
  await sleep(15)
  await row.write('done', at(9))
  await sleep(60)
  expect(warehouse.told).toEqual([
    ['running', 1],
    ['running', 1],
    ['done', 9],
  ])
})

test('a first word that does not arrive is told, and no sign of life follows it', async () => {
  let asked = 0
  const away = () => Promise.reject(new Error(`away ${(asked += 1)}`))
  const row = createJobRow({ insertRows: away }, job, 5)
  await expect(row.write('running', at(0))).rejects.toThrow('away 1')
  await sleep(30)
  expect(asked).toBe(1)
})
