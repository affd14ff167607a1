/** Where a page of a drill ends. Beside the values its last row is sorted by: as of when, in which currency, and how many rows of these values were told. */
import { z } from 'zod'
import type { EngineRow } from './answer.ts'
import { QueryError } from './errors.ts'
import type { Place } from './keyset.ts'
import type { DrillResult } from './request.ts'

export type DrillPage = { readonly result: DrillResult; readonly next: Place | null }
export type DrillPlace = {
  readonly asOf: string
  readonly currency: string | null
  readonly told: number
  readonly keys: Place
}

const placeSchema = z.tuple(
  [z.iso.datetime(), z.string().nullable(), z.int().min(0).max(1_000_000)],
  z.union([z.string(), z.number(), z.null()]),
)

export function readDrillPlace(place: Place): DrillPlace {
  const read = placeSchema.safeParse(place)
  if (!read.success) throw new QueryError('INVALID_REQUEST', 'this is no place in a drill: begin with the first page')
  const [asOf, currency, told, ...keys] = read.data
  return { asOf, currency, told, keys }
}

/** The last cells of a row are what it is sorted by. */
export function writeDrillPlace(
  rows: readonly EngineRow[],
  keyCount: number,
  { asOf, currency, from }: { asOf: string; currency: string | null; from: DrillPlace | null },
): Place {
  const keysOf = (row: EngineRow): Place => row.slice(-keyCount).map((cell) => (cell === null ? null : String(cell)))
  const keys = keysOf(rows.at(-1) ?? [])
  const isSame = (other: Place) => JSON.stringify(other) === JSON.stringify(keys)
  const same = rows.filter((row) => isSame(keysOf(row))).length
  const before = from !== null && same === rows.length && isSame(from.keys) ? from.told : 0
  return [asOf, currency, before + same, ...keys]
}
