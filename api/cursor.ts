/** Cursors: where a page ends, as text that is good for the same request only. The one place that writes and reads them. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Place } from '#transforms/query/keyset.ts'
import { ApiError } from './errors.ts'

const writtenSchema = z.tuple([z.string()], z.union([z.string(), z.number(), z.null()]))

export type Cursors = {
  /** Undefined where none is given: the first page. */
  read(cursor: string | undefined): Place | undefined
  write(place: Place | null): string | null
}

/** `request` is everything that decides which rows there are and how they are sorted; neither page size nor cursor. */
export function cursorsOf(request: unknown): Cursors {
  const mark = (place: Place) =>
    createHash('sha256')
      .update(JSON.stringify([request, place]))
      .digest('base64url')
      .slice(0, 16)
  return {
    read(cursor) {
      if (cursor === undefined) return undefined
      const [marked, ...place] = written(cursor)
      if (marked === mark(place)) return place
      throw cursorRefused()
    },
    write: (place) =>
      place === null ? null : Buffer.from(JSON.stringify([mark(place), ...place])).toString('base64url'),
  }
}

export const cursorRefused = () =>
  new ApiError(
    'invalid_input',
    'this cursor is of another request: repeat the one that gave it, or leave the cursor out to begin again',
    { reason: 'cursor_refused' },
  )

function written(cursor: string): z.output<typeof writtenSchema> {
  try {
    return writtenSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    // Whatever is wrong with it, it is none of ours.
    return ['']
  }
}
