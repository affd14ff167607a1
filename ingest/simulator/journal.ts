/**
 * The outside systems' memory: which commands were carried out, which events that caused, and which of those were
 * delivered under which offset. Append-only lines, on disk before anyone is answered.
 */
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Envelope } from '#ingest/contracts/index.ts'
import type { Command } from './command.ts'
import { SimulatorError } from './errors.ts'

export type Answer = { readonly emitAtMs: number; readonly envelope: Envelope }

/** Later events of the store that a command made untrue: all of the order's, one payment's refunds, or one parcel's. */
export type Suppression = {
  readonly fromMs: number
  readonly field?: 'payment_id' | 'shipment_id'
  readonly value?: string
}

export type HandledCommand = {
  readonly command: Command
  readonly atMs: number
  readonly answers: readonly Answer[]
  readonly suppressions: readonly Suppression[]
}

export type Journal = {
  /** Tells this journal from any other that used the same directory. */
  readonly id: string
  readonly handled: ReadonlyMap<string, HandledCommand>
  /** Offset by event id, for answers that were handed to delivery. */
  readonly offsets: ReadonlyMap<string, bigint>
  recordHandled(entry: HandledCommand): Promise<void>
  recordOffsets(offsets: readonly (readonly [eventId: string, offset: bigint])[]): Promise<void>
  close(): Promise<void>
}

type Entry =
  | { readonly entry: 'journal'; readonly id: string }
  | ({ readonly entry: 'handled' } & HandledCommand)
  | { readonly entry: 'offsets'; readonly offsets: readonly (readonly [string, string])[] }

export async function openJournal(directory: string): Promise<Journal> {
  const file = path.join(directory, 'commands.ndjson')
  await mkdir(directory, { recursive: true })
  const { entries, bytes } = await readEntries(file)
  const handle = await open(file, 'a')
  // A torn last line was never answered to anyone: the command comes again.
  await handle.truncate(bytes)
  const handled = new Map<string, HandledCommand>()
  const offsets = new Map<string, bigint>()
  const known = entries.find((entry) => entry.entry === 'journal')
  const id = known?.id ?? randomUUID()
  const append = appender(handle, file)
  if (known === undefined) await append({ entry: 'journal', id })
  for (const entry of entries) {
    if (entry.entry === 'handled') handled.set(entry.command.command_id, entry)
    if (entry.entry === 'offsets') for (const [eventId, offset] of entry.offsets) offsets.set(eventId, BigInt(offset))
  }
  return {
    id,
    handled,
    offsets,
    async recordHandled(entry) {
      await append({ entry: 'handled', ...entry })
      handled.set(entry.command.command_id, entry)
    },
    async recordOffsets(given) {
      await append({ entry: 'offsets', offsets: given.map(([eventId, offset]) => [eventId, offset.toString()]) })
      for (const [eventId, offset] of given) offsets.set(eventId, offset)
    },
    close: () => handle.close(),
  }
}

async function readEntries(file: string): Promise<{ entries: Entry[]; bytes: number }> {
  const content = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return Buffer.alloc(0)
    throw new SimulatorError('JOURNAL_UNREADABLE', `cannot read the command journal ${file}`, { cause })
  })
  const bytes = content.lastIndexOf(0x0a) + 1
  const lines = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1)
  const entries = lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry
    } catch (cause) {
      throw new SimulatorError(
        'JOURNAL_UNREADABLE',
        `line ${index + 1} of ${file} is not JSON; move the file away to start a new journal`,
        { cause },
      )
    }
  })
  return { entries, bytes }
}

/** One write at a time, each on disk before the next begins. */
function appender(handle: FileHandle, file: string): (entry: Entry) => Promise<void> {
  let tail: Promise<void> = Promise.resolve()
  const write = async (entry: Entry): Promise<void> => {
    try {
      await handle.appendFile(`${JSON.stringify(entry)}\n`)
      await handle.datasync()
    } catch (cause) {
      throw new SimulatorError('JOURNAL_UNWRITABLE', `cannot write the command journal ${file}`, {
        retryable: true,
        cause,
      })
    }
  }
  return (entry) => {
    const written = tail.then(() => write(entry))
    tail = written.catch(() => undefined)
    return written
  }
}
