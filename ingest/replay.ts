/**
 * Derives dead letters again after a mapping, a contract or a producer was mended. Goes by position, so repeating it changes
 * nothing; what still fails stays, what does not is marked as cured, and the ticks take up the orders it was about.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { engineInstant } from './derive/ledger.ts'
import { type MessagePlace, rederive } from './derive/rederive.ts'
import { derivations } from './derive/relations.ts'
import { installDerivation } from './derive/statements.ts'
import { registeredMappings } from './files/mapping.ts'
import { type JobState, createJobRow } from './job-row.ts'
import type { Mapping } from './mappings/mapping.ts'

export type ReplaySelection = { readonly reason?: string; readonly topic?: string; readonly format?: string }

export type ReplayProgress = {
  readonly jobId: string
  readonly state: JobState
  readonly done: number
  readonly total: number
  readonly cured: number
  /** Dead letters of formats that are mapped as a whole: their import has to be run again. */
  readonly leftOut: number
}

export type ReplayOptions = {
  readonly mappings?: readonly Mapping[]
  readonly onProgress?: (progress: ReplayProgress) => void
  readonly signal?: AbortSignal
  readonly requestedBy?: string
  readonly jobId?: string
}

const AT_ONCE = 2_000
const WHERE = `is_cured = 0 and ({reason:String} = '' or reason = {reason:String}) and ({topic:String} = '' or topic = {topic:String})
  and ({format:String} = '' or format = {format:String})`

/** Resolves with how it ended; a failure of the warehouse is in the job's row and thrown. */
export async function replay(
  warehouse: Warehouse,
  selection: ReplaySelection,
  options: ReplayOptions = {},
): Promise<ReplayProgress> {
  await installDerivation(warehouse)
  const known = derivations([...(await registeredMappings(warehouse)), ...(options.mappings ?? [])])
  const jobId = options.jobId ?? randomUUID()
  const startedMs = Date.now()
  const startedAt = engineInstant(startedMs)
  const params = {
    reason: selection.reason ?? '',
    topic: selection.topic ?? '',
    format: selection.format ?? '',
    formats: [...known.keys()],
    before: startedAt,
  }
  const counted = await countOf(warehouse, params)
  let progress: ReplayProgress = {
    jobId,
    state: 'running',
    done: 0,
    total: counted.own,
    cured: 0,
    leftOut: counted.others,
  }
  const row = createJobRow(warehouse, {
    job_id: jobId,
    kind: 'replay',
    title: [selection.reason, selection.topic, selection.format].filter((part) => part !== undefined).join(' · '),
    requested_by: options.requestedBy ?? '',
    started_at: startedAt,
  })
  const tell = async (change: Partial<ReplayProgress>): Promise<void> => {
    progress = { ...progress, ...change }
    options.onProgress?.(progress)
    const { state, done, total, cured, leftOut } = progress
    const outcome = JSON.stringify({ cured, remaining: done - cured, left_out: leftOut })
    await row.write(state, { done, total, outcome })
  }
  await tell({})
  try {
    for (let round = 0; options.signal?.aborted !== true; round += 1) {
      // Each round takes those that were not derived since the start, so it goes on by itself and ends by itself.
      const places = await nextPlaces(warehouse, params)
      if (places.length === 0) {
        await tell({ state: 'done', total: progress.done })
        return progress
      }
      await rederive(warehouse, known, places, `replay/${jobId}/${round}`)
      const cured = await curedOf(warehouse, params)
      await tell({
        done: progress.done + places.length,
        total: Math.max(progress.total, progress.done + places.length),
        cured,
      })
    }
    await tell({ state: 'stopped' })
    return progress
  } catch (cause) {
    await tell({ state: 'failed' }).catch(() => undefined)
    throw cause
  }
}

export type Replays = {
  start(selection: ReplaySelection, requestedBy: string): Promise<{ jobId: string }>
  stop(jobId: string): void
  /** Stops what is running and waits for it. */
  close(): Promise<void>
}

/** Replays as work beside the answering of requests; how far each is stands in `ingest_jobs`. */
export function createReplays(
  warehouse: Warehouse,
  options: { readonly mappings?: readonly Mapping[]; readonly onError?: (cause: unknown) => void } = {},
): Replays {
  const running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>()
  return {
    async start(selection, requestedBy) {
      const jobId = randomUUID()
      const stop = new AbortController()
      await new Promise<void>((resolve, reject) => {
        const ended = replay(warehouse, selection, {
          ...(options.mappings && { mappings: options.mappings }),
          requestedBy,
          jobId,
          signal: stop.signal,
          onProgress: () => resolve(),
        })
          .catch((cause: unknown) => {
            reject(cause instanceof Error ? cause : new Error(String(cause)))
            options.onError?.(cause)
          })
          .finally(() => running.delete(jobId))
        running.set(jobId, { stop, ended })
      })
      return { jobId }
    },
    stop: (jobId) => running.get(jobId)?.stop.abort(),
    async close() {
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}

type Params = Readonly<Record<string, unknown>>

async function countOf(warehouse: Warehouse, params: Params): Promise<{ own: number; others: number }> {
  const [row] = await warehouse.query(
    {
      name: 'dead letters to replay',
      sql: `select uniqExactIf((topic, partition, epoch, offset), format in {formats:Array(String)}) as own, countIf(format not in {formats:Array(String)}) as others
        from dead_letters final where ${WHERE}`,
      row: z.object({ own: z.coerce.number(), others: z.coerce.number() }),
    },
    params,
  )
  return row ?? { own: 0, others: 0 }
}

async function nextPlaces(warehouse: Warehouse, params: Params): Promise<MessagePlace[]> {
  const rows = await warehouse.query(
    {
      name: 'next dead letters to replay',
      sql: `select distinct topic, partition, epoch, offset, format from dead_letters final
        where ${WHERE} and format in {formats:Array(String)} and derived_at < toDateTime64({before:String}, 3, 'UTC')
        order by topic, partition, epoch, offset limit ${AT_ONCE}`,
      row: z.object({
        topic: z.string(),
        partition: z.number(),
        epoch: z.string(),
        offset: z.string(),
        format: z.string(),
      }),
    },
    params,
  )
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }))
}

async function curedOf(warehouse: Warehouse, params: Params): Promise<number> {
  const [row] = await warehouse.query(
    {
      name: 'dead letters cured',
      sql: `select uniqExact(topic, partition, epoch, offset) as n from dead_letters final
        where ${WHERE.replace('is_cured = 0', 'is_cured = 1')} and derived_at >= toDateTime64({before:String}, 3, 'UTC')`,
      row: z.object({ n: z.coerce.number() }),
    },
    params,
  )
  return row?.n ?? 0
}
