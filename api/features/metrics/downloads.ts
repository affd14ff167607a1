/** Files that a caller waits for: rows go out as they are read, and reading ends with the caller. */
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Door } from '#transforms/query/door.ts'
import type { DrillRequestInput } from '#transforms/query/request.ts'
import { streamTable } from '#transforms/tables/formats.ts'
import { MOST_ROWS_AT_ONCE, type TableFormat } from '../../contract/media-types.ts'
import { ApiError } from '../../errors.ts'
import type { Principal } from '../../feature.ts'

export type DownloadDeps = {
  readonly door: Pick<Door, 'drillRows'>
  /** Writes down, before it is sent, who takes what as a file. */
  readonly onExport: (request: {
    verb: 'drill.exported' | 'metric.exported'
    person: Principal
    metric: string
    format: TableFormat
  }) => Promise<void>
}

/** Of one person at once: each holds a statement for as long as its reader takes. */
const MOST_AT_ONCE = 2
/** A reader that takes longer is given up. */
const LONGEST_MS = 600_000

export function createDownloads({ door, onExport }: DownloadDeps) {
  const underWay = new Map<string, number>()
  const count = (id: string, by: number): void => {
    const now = (underWay.get(id) ?? 0) + by
    if (now > 0) underWay.set(id, now)
    else underWay.delete(id)
  }

  return {
    /** Resolves when the first rows are there to be read; rejects with what is wrong with the question. */
    open(
      request: DrillRequestInput,
      { person, format }: { person: Principal; format: TableFormat },
    ): Promise<Readable> {
      if ((underWay.get(person.id) ?? 0) >= MOST_AT_ONCE)
        throw new ApiError(
          'too_many_requests',
          `you are downloading ${MOST_AT_ONCE} exports at once, which is the most; wait for one to end`,
          { reason: 'exports_streaming', parts: { most: MOST_AT_ONCE }, retryAfterSeconds: 5 },
        )
      count(person.id, 1)
      return new Promise((resolve, reject) => {
        door
          .drillRows(request, person.scope, async ({ total, ...head }, pieces) => {
            refuseMore(total, format)
            await onExport({ verb: 'drill.exported', person, metric: request.metric, format })
            const file = new PassThrough()
            resolve(file)
            await pipeline(streamTable(head, pieces, format), file, { signal: AbortSignal.timeout(LONGEST_MS) })
          })
          // Once the file is on its way a failure ends it before its end, which the caller sees.
          .catch(reject)
          .finally(() => count(person.id, -1))
      })
    },
  }
}

function refuseMore(total: number, format: TableFormat): void {
  const most = MOST_ROWS_AT_ONCE[format]
  if (total > most)
    throw new ApiError(
      'result_too_large',
      `${total} rows are too many to wait for; at most ${most} as ${format}. POST /api/exports makes the file in the background`,
      { reason: 'export_too_large', parts: { came: total, most } },
    )
}
