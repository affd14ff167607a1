/**
 * The import of files: each row lands as one message, with the file as its stream and the row's number as its position. The
 * rows say where to go on, so a run that was cut short goes on where it stopped and a second run adds nothing.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Landing } from '../landing.ts'
import type { S3Config } from './config.ts'
import type { FileEngine } from './engine.ts'
import { FileError } from './errors.ts'
import { type ImportJob, createImportJob } from './job.ts'
import type { InputFile } from './locate.ts'
import { type Prepared, type ReadOptions, inspect, prepare } from './prepare.ts'
import { type FileProgress, createRate } from './progress.ts'
import { type Row, readChunks } from './rows.ts'
import type { Spool } from './spool.ts'

export const CHUNK = { rows: 50_000, bytes: 16_000_000 }

export type FileImport = {
  readonly files: readonly InputFile[]
  /** How their rows are read: `cloudevents` or the name of a mapping. */
  readonly format: string
  readonly options: ReadOptions
  /** Rows to take at most. */
  readonly limit?: number
}

export type ImportDeps = {
  readonly warehouse: Warehouse
  readonly landing: Landing
  readonly engine: FileEngine
  readonly spool: Spool
  readonly s3: S3Config
  readonly signal?: AbortSignal
  readonly now?: () => number
  readonly requestedBy?: string
  readonly onProgress?: (line: string, progress: FileProgress) => void
  readonly onNote?: (note: string) => void
  /** Looks at a file's first rows before any of it lands; throws to refuse. */
  readonly check?: (prepared: Prepared) => Promise<void>
}

export type ImportOutcome = {
  readonly landed: number
  readonly alreadyLanded: number
  readonly events: number
  readonly deadLetters: number
  readonly setAside: number
  /** Rows whose derivation stopped because too many were rejected. */
  readonly stopped: number
  readonly topics: readonly string[]
}

type Stream = { readonly file: InputFile; readonly topic: string; readonly epoch: string }

export async function importFiles(work: FileImport, deps: ImportDeps): Promise<ImportOutcome> {
  const now = deps.now ?? Date.now
  // Every file is looked at before the first row lands: what is wrong at first sight changes nothing.
  for (const file of work.files) await inspect(file)
  const streams: Stream[] = []
  for (const file of work.files)
    streams.push({ file, topic: `import/${work.format}/${file.name}`, epoch: await file.epoch() })
  const total = work.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const [first] = work.files
  const job = createImportJob(
    deps.warehouse,
    {
      title: `${work.files.length === 1 ? (first?.shownAs ?? '') : `${work.files.length} files`} (${work.format})`,
      streams: streams.map(({ topic, epoch }) => `${topic} ${epoch}`),
      total,
      requestedBy: deps.requestedBy ?? 'command line',
    },
    now,
  )
  try {
    const run = createRun(work, deps, job, total, now)
    for (const stream of streams) await run.land(stream)
    await run.settle()
    const outcome = await countOutcome(deps, streams, run.counts)
    await job.end('done', inWords(outcome))
    return outcome
  } catch (cause) {
    const isStopped = deps.signal?.aborted === true
    const error = isStopped && !(cause instanceof FileError) ? stopped(cause) : cause
    await job
      .end(isStopped ? 'stopped' : 'failed', (error as Error).message.slice(0, 500))
      // The first failure is the one to tell.
      .catch(() => undefined)
    throw error
  }
}

function createRun(work: FileImport, deps: ImportDeps, job: ImportJob, total: number, now: () => number) {
  const counts = { landed: 0, alreadyLanded: 0 }
  const rate = createRate(now)
  let finished = 0

  const report = async (phase: FileProgress['phase'], file: string, done: number): Promise<void> => {
    const { messages: waiting } = deps.landing.waiting()
    const progress = { phase, file, done, total, rows: counts.landed, waiting }
    const line = rate(progress)
    deps.onProgress?.(line, progress)
    await job.progress(done, line.replace(/^ *\d+ % {2}/, ''))
  }

  const landRows = async ({ file, topic, epoch }: Stream, prepared: Prepared, after: number): Promise<void> => {
    const room = (work.limit ?? Infinity) - counts.landed - counts.alreadyLanded
    for await (const { rows, at } of readChunks(prepared, CHUNK, after, room)) {
      throwIfStopped(deps.signal)
      const brokerAtMs = now()
      const landed = await deps.landing.land(
        { topic, partition: 0, epoch, format: work.format, messages: rows.map((row) => messageOf(row, brokerAtMs)) },
        deps.signal,
      )
      counts.landed += landed.reduce((sum, batch) => sum + batch.rows, 0)
      await report('land', file.shownAs, finished + file.bytes * Math.min(1, at / Math.max(1, prepared.bytes)))
    }
  }

  return {
    counts,
    async land(stream: Stream): Promise<void> {
      const { file, topic, epoch } = stream
      throwIfStopped(deps.signal)
      if (counts.landed + counts.alreadyLanded >= (work.limit ?? Infinity)) return
      const after = Number((await deps.landing.lastOffset(topic, 0, epoch)) ?? 0n)
      counts.alreadyLanded += after
      if (after > 0) deps.onNote?.(`${file.shownAs}: ${after} rows were landed before; going on at row ${after + 1}`)
      await report(file.place.kind === 's3' ? 'fetch' : 'unpack', file.shownAs, finished)
      const { engine, spool, s3, signal } = deps
      const prepared = await prepare(file, { engine, spool, s3, options: work.options, ...(signal && { signal }) })
      try {
        for (const note of prepared.notes) deps.onNote?.(note)
        await deps.check?.(prepared)
        await landRows(stream, prepared, after)
      } finally {
        await prepared.discard()
      }
      finished += file.bytes
    },
    async settle(): Promise<void> {
      const settled = deps.landing.settled()
      const isOver = settled.then(() => true)
      const pause = (): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, 1_000, false).unref())
      while (!(await Promise.race([isOver, pause()]))) {
        throwIfStopped(deps.signal)
        await report('derive', '', finished)
      }
    },
  }
}

function messageOf(row: Row, brokerAtMs: number) {
  return {
    offset: BigInt(row.number),
    key: null,
    value: row.value,
    brokerAtMs,
    ...(row.problem !== '' && { headers: JSON.stringify({ problem: row.problem }) }),
  }
}

async function countOutcome(
  { warehouse, landing }: ImportDeps,
  streams: readonly Stream[],
  counts: { landed: number; alreadyLanded: number },
): Promise<ImportOutcome> {
  const where = 'topic in {topics:Array(String)} and epoch in {epochs:Array(String)}'
  const topics = streams.map(({ topic }) => topic)
  const [row] = await warehouse.query(
    {
      name: 'what became of imported rows',
      sql: `select (select uniqExact(topic, epoch, offset) from events where ${where} and ordinal = 0) as events,
        (select count() from dead_letters final where ${where} and is_cured = 0 and ordinal = 0) as dead_letters,
        (select uniqExact(topic, epoch, offset) from set_aside where ${where}) as set_aside`,
      row: z.object({ events: z.coerce.number(), dead_letters: z.coerce.number(), set_aside: z.coerce.number() }),
    },
    { topics, epochs: streams.map(({ epoch }) => epoch) },
  )
  return {
    ...counts,
    events: row?.events ?? 0,
    deadLetters: row?.dead_letters ?? 0,
    setAside: row?.set_aside ?? 0,
    stopped: landing.waiting().stopped,
    topics,
  }
}

export function inWords(outcome: ImportOutcome): string {
  const { landed, alreadyLanded, events, deadLetters, setAside } = outcome
  const before = alreadyLanded > 0 ? ` (${alreadyLanded} were landed before)` : ''
  return `${landed} rows landed${before}: ${events} events, ${deadLetters} dead letters, ${setAside} set aside`
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw stopped()
}

function stopped(cause?: unknown): FileError {
  return new FileError('STOPPED', 'stopped. What has landed stays. Run the same command again to go on behind it.', {
    retryable: true,
    cause,
  })
}
