/** Shapes of the engine's cells in readings about the data itself. */
import { z } from 'zod'
import { exactNumber, isoInstant } from './answer.ts'

/** A count: 64-bit numbers arrive as text, and one too large to be told exactly is an error. */
export const countCell = z.union([z.string(), z.number()]).transform((cell) => exactNumber(cell) ?? 0)
export const nullableCount = z.union([z.string(), z.number()]).nullable().transform(exactNumber)

export const instantCell = z.string().transform((cell) => isoInstant(cell) ?? '')

/** The engine's word for "never": the earliest instant a column can hold. */
export const instantOrNever = z.string().transform((cell) => (cell.startsWith('1970-') ? null : isoInstant(cell)))

/** An instant as a parameter of `fromUnixTimestamp64Milli({name:Int64})`. */
export const msParam = (ms: number): string => String(Math.trunc(ms))
