/** Room on disk, and how fast it fills. */
import { z } from 'zod'
import { type DiskRoom, readDisk } from '#warehouse/disk.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { countCell, msParam } from './health-cells.ts'

export type Storage = {
  /** Null where the engine does not tell. */
  disk: DiskRoom | null
  /** Rows as stored: a row that came twice counts twice until the engine merges its parts. */
  tables: { name: string; rows: number; bytes: number; parts: number }[]
}
export type LandingRate = {
  step_s: number
  /** Whole steps only, oldest first; derived is what was declared derived in that step. */
  buckets: { at: string; landed: number; derived: number }[]
}

const tables = {
  name: 'sizes of tables',
  sql: `select table as name, sum(p.rows) as n, sum(bytes_on_disk) as bytes, count() as parts from system.parts as p
    where active and database = currentDatabase() group by name order by bytes desc, name limit 30`,
  row: z.object({ name: z.string(), n: countCell, bytes: countCell, parts: countCell }),
}

const landed = {
  name: 'landed messages by step',
  sql: `select intDiv(toUnixTimestamp64Milli(r.landed_at) - {from:Int64}, {step:Int64}) as step, count() as n from raw_events as r
    where r.landed_at >= fromUnixTimestamp64Milli({from:Int64}) and r.landed_at < fromUnixTimestamp64Milli({to:Int64}) group by step`,
  row: z.object({ step: countCell, n: countCell }),
}

const derived = {
  name: 'derived messages by step',
  sql: `select intDiv(toUnixTimestamp64Milli(b.listed_at) - {from:Int64}, {step:Int64}) as step, sum(range_n) as n from landed_batches as b
    where b.listed_at >= fromUnixTimestamp64Milli({from:Int64}) and b.listed_at < fromUnixTimestamp64Milli({to:Int64}) and format != 'replay' group by step`,
  row: z.object({ step: countCell, n: countCell }),
}

const HOUR = 3_600_000
/** About a hundred points, in steps a reader can name. */
const STEPS_S: readonly (readonly [hours: number, seconds: number])[] = [
  [1, 60],
  [3, 60],
  [12, 300],
  [24, 900],
  [72, 3_600],
]

export type StorageReads = {
  storage(): Promise<Storage>
  landingRate(hours: number): Promise<LandingRate>
}

export function createStorageReads(warehouse: Warehouse, now: () => Date): StorageReads {
  return {
    async storage() {
      const [disk, sizes] = await Promise.all([readDisk(warehouse), warehouse.query(tables)])
      return { disk, tables: sizes.map(({ n, ...size }) => ({ ...size, rows: n })) }
    },
    async landingRate(hours) {
      const step_s = STEPS_S.find(([most]) => hours <= most)?.[1] ?? 3_600
      const step = step_s * 1_000
      const to = Math.floor(now().getTime() / step) * step
      const from = to - Math.ceil((hours * HOUR) / step) * step
      const values = { from: msParam(from), to: msParam(to), step: msParam(step) }
      const [came, went] = await Promise.all([warehouse.query(landed, values), warehouse.query(derived, values)])
      const count = (rows: typeof came): Map<number, number> => new Map(rows.map((row) => [row.step, row.n]))
      const [landedIn, derivedIn] = [count(came), count(went)]
      return {
        step_s,
        buckets: Array.from({ length: (to - from) / step }, (_, index) => ({
          at: new Date(from + index * step).toISOString(),
          landed: landedIn.get(index) ?? 0,
          derived: derivedIn.get(index) ?? 0,
        })),
      }
    },
  }
}
