/** The producer's own book: a line for each message that the broker acknowledged, and nothing else is believed. */
import { createReadStream } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

export type Entry = { readonly partition: number; readonly offset: bigint; readonly sha: string }

export async function writeLedger(path: string, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return
  await appendFile(path, entries.map(({ partition, offset, sha }) => `${partition},${offset},${sha}\n`).join(''))
}

/** Per partition, offset → hash. */
export async function readLedger(path: string): Promise<Map<number, Map<bigint, string>>> {
  const book = new Map<number, Map<bigint, string>>()
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [partition, offset, sha] = line.split(',')
    if (partition === undefined || offset === undefined || sha === undefined) continue
    const page = book.get(Number(partition)) ?? new Map<bigint, string>()
    book.set(Number(partition), page.set(BigInt(offset), sha))
  }
  return book
}
