/**
 * The import of the Olist data set: check every file, land its records as they are, map them in the engine. What is
 * landed or mapped is read from the tables, so a run that was cut short goes on where it stopped and a second run of
 * the same files adds nothing.
 */
import { z } from 'zod'
import { BLOCK, type Landing } from '#ingest/landing.ts'
import { HEADER_TOPIC, OLIST_HEADER } from '#ingest/mappings/olist/files.ts'
import { mapOlist } from '#ingest/mappings/olist/map.ts'
import type { LandedFile } from '#ingest/mappings/olist/mapping.ts'
import type { SourceMessage } from '#ingest/sources/source.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type CsvFile, contentHash, readCsvFile } from './csv-file.ts'
import { splitRecords } from './csv-records.ts'
import { ImportError } from './errors.ts'
import { type FoundFile, findOlistFiles } from './folder.ts'

export type ImportProgress =
  | { readonly phase: 'read'; readonly notes: readonly string[]; readonly totalBytes: number }
  | { readonly phase: 'land'; readonly file: string; readonly records: number; readonly bytes: number }
  | { readonly phase: 'map'; readonly file: string; readonly step: number; readonly steps: number }

export type Unreadable = {
  readonly file: string
  readonly line: number
  readonly reason: string
  readonly detail: string
}

export type ImportSummary = {
  readonly landed: number
  readonly alreadyLanded: number
  /** False when this content was mapped by an earlier run. */
  readonly isMapped: boolean
  readonly unreadableCount: number
  readonly unreadable: readonly Unreadable[]
}

export type ImportDeps = {
  readonly warehouse: Warehouse
  readonly landing: Landing
  readonly onProgress?: (progress: ImportProgress) => void
  readonly signal?: AbortSignal
  readonly now?: () => number
}

type ReadFile = FoundFile & CsvFile & { readonly topic: string }

export async function importOlist(folder: string, deps: ImportDeps): Promise<ImportSummary> {
  const report = deps.onProgress ?? (() => undefined)
  const { found, notes } = await findOlistFiles(folder)
  // Every file is read and checked before the first record lands: a folder that is wrong changes nothing.
  const files = await Promise.all(
    found.map(
      async (one): Promise<ReadFile> => ({
        ...one,
        ...(await readCsvFile(one.path, one.file.columns)),
        topic: `import/olist/${one.stem}`,
      }),
    ),
  )
  report({ phase: 'read', notes, totalBytes: files.reduce((sum, file) => sum + file.content.length, 0) })

  const counts = await landFiles(files, deps)
  const isMapped = await mapOlist({
    ...deps,
    files: new Map(
      files.map(({ file, topic, epoch, header }): [string, LandedFile] => [file.name, { topic, epoch, header }]),
    ),
    onStep: (file, step, steps) => report({ phase: 'map', file, step, steps }),
    checkpoint: () => throwIfStopped(deps.signal),
  })
  return { ...counts, isMapped, ...(await readUnreadable(deps.warehouse, files)) }
}

/** Two files at a time: one is cut into records while the engine takes the other. */
const FILES_AT_ONCE = 2

async function landFiles(
  files: readonly ReadFile[],
  deps: ImportDeps,
): Promise<{ landed: number; alreadyLanded: number }> {
  await landHeaders(files, deps)
  const waiting = [...files].sort((a, b) => b.content.length - a.content.length)
  const counts = { landed: 0, alreadyLanded: 0 }
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      for (const { messages, bytes } of batchesOf(file, deps.now ?? Date.now)) {
        throwIfStopped(deps.signal)
        const done = await deps.landing.land({
          topic: file.topic,
          partition: 0,
          epoch: file.epoch,
          format: `olist.${file.file.name}`,
          messages,
        })
        const fresh = done.reduce((sum, { rows }) => sum + rows, 0)
        counts.landed += fresh
        counts.alreadyLanded += messages.length - fresh
        deps.onProgress?.({ phase: 'land', file: file.stem, records: messages.length, bytes })
      }
    }
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker))
  return counts
}

/** The header records of all files as one batch; each says in its key which content of which file it heads. */
async function landHeaders(files: readonly ReadFile[], { landing, now }: ImportDeps): Promise<void> {
  const brokerAtMs = (now ?? Date.now)()
  const messages = files.map(({ file, topic, epoch, first }, index): SourceMessage => {
    const key = Buffer.from(JSON.stringify({ file: file.name, topic, epoch }))
    return { offset: BigInt(index), key, value: first, brokerAtMs }
  })
  const epoch = contentHash(Buffer.concat(messages.map((message) => message.key ?? Buffer.alloc(0))))
  await landing.land({ topic: HEADER_TOPIC, partition: 0, epoch, format: OLIST_HEADER, messages })
}

/** The offset of a record is the number of its first line, so that every later word about it names file and line. */
function* batchesOf(
  file: CsvFile,
  now: () => number,
): Generator<{ messages: SourceMessage[]; bytes: number }, void, undefined> {
  const brokerAtMs = now()
  const records = splitRecords(file.content)
  records.next()
  let messages: SourceMessage[] = []
  let bytes = 0
  for (const record of records) {
    messages.push({ offset: BigInt(record.line), key: null, value: record.bytes, brokerAtMs })
    bytes += record.bytes.length
    if (messages.length < BLOCK.messages) continue
    yield { messages, bytes }
    messages = []
    bytes = 0
  }
  if (messages.length > 0) yield { messages, bytes }
}

const SHOWN = 20

async function readUnreadable(
  warehouse: Warehouse,
  files: readonly ReadFile[],
): Promise<{ unreadableCount: number; unreadable: Unreadable[] }> {
  const rows = await warehouse.query(
    {
      name: 'unreadable records',
      sql: `select topic, toUInt32(offset) as line, reason, detail, toUInt32(count() over ()) as n from dead_letters final
        where topic in {topics:Array(String)} and epoch in {epochs:Array(String)} order by topic, line limit ${SHOWN}`,
      row: z.object({ topic: z.string(), line: z.number(), reason: z.string(), detail: z.string(), n: z.number() }),
    },
    { topics: files.map(({ topic }) => topic), epochs: files.map(({ epoch }) => epoch) },
  )
  const names = new Map(files.map((file) => [file.topic, file.path]))
  const unreadable = rows.map(({ topic, line, reason, detail }) => ({
    file: names.get(topic) ?? topic,
    line,
    reason,
    detail,
  }))
  return { unreadableCount: rows[0]?.n ?? 0, unreadable }
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new ImportError('STOPPED', 'stopped. Run the same command again to go on.', { retryable: true })
}
