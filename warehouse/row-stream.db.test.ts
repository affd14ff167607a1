import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from './open.ts'
import type { Warehouse } from './warehouse.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-row-stream-'))
let warehouse: Warehouse
beforeAll(async () => {
  warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'orderlens',
    readers: 1,
  })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

/** Sorted, so that the engine has all of it before the first row is told. */
const MANY =
  'select number as n, concat({text:String}, toString(number)) as t from numbers({rows:UInt64}) order by cityHash64(n)'

test(
  'a million sorted rows come one by one, in no more memory than a few pieces take',
  { timeout: 60_000 },
  async () => {
    const rows = 1_000_000
    const seen = new Uint8Array(rows)
    let most = 0
    await warehouse.streamRows(MANY, { rows, text: "'\n{" }, async (pieces) => {
      for await (const piece of pieces) {
        most = Math.max(most, piece.length)
        for (const [n, text] of piece) {
          seen[Number(n)] = (seen[Number(n)] ?? 0) + 1
          if (text !== `'\n{${String(n)}`) throw new Error(`row ${String(n)} has ${String(text)}`)
        }
      }
    })
    expect(seen.every((times) => times === 1)).toBe(true)
    expect(most).toBeLessThan(100_000)
  },
)

test('who stops reading ends the statement, and the next may be asked', async () => {
  const first = await warehouse.streamRows(MANY, { rows: 300_000, text: '' }, async (pieces) => {
    for await (const piece of pieces) return piece.length
    return 0
  })
  expect(first).toBeGreaterThan(0)
  const busy = await warehouse.queryRows(`select count() as n from system.processes where query like '%cityHash64(n)%'`)
  expect(Number(busy[0]?.['n'])).toBeLessThan(2)
  await expect(
    warehouse.streamRows('select throwIf(number = 200000) from numbers(300000)', {}, async (pieces) => {
      for await (const _ of pieces);
    }),
  ).rejects.toMatchObject({ name: 'WarehouseError' })
  await expect(
    warehouse.streamRows('insert into raw_events select * from raw_events', {}, async (pieces) => {
      for await (const _ of pieces);
    }),
  ).rejects.toMatchObject({ name: 'WarehouseError' })
})

test('a stream that is read slowly holds up neither reads nor writes with values', { timeout: 30_000 }, async () => {
  await warehouse.command('create table held_up (n UInt64) engine = Memory')
  const seen = await warehouse.streamRows(MANY, { rows: 300_000, text: '' }, async (pieces) => {
    let rows = 0
    for await (const piece of pieces) {
      if (rows === 0) await warehouse.command('insert into held_up select {n:UInt64}', { n: 7 })
      if (rows === 0)
        expect(await warehouse.queryRows('select n from held_up where n = {n:UInt64}', { n: 7 })).toHaveLength(1)
      rows += piece.length
    }
    return rows
  })
  expect(seen).toBe(300_000)
})
