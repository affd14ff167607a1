/**
 * Records of a CSV file of any size. A record whose quotes do not pair up costs its own line only; a record with more or
 * fewer fields than the header is told, never shifted.
 */
import { createReadStream } from 'node:fs'

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d
const CHUNK = 1 << 20
/** A byte order mark is no part of the first column's name. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
/** A quote that is not closed within this many bytes was never meant to be closed. */
const LONGEST_QUOTED = 1 << 20

export type CsvRecord = {
  readonly bytes: Buffer
  /** Null when the record could not be cut into fields. */
  readonly fields: readonly string[] | null
  readonly fault: 'quotes' | 'too_long' | null
  /** Bytes of the file up to and with this record. */
  readonly at: number
  /** The number of its first line. */
  readonly line: number
}

type Field = { readonly start: number; readonly end: number; readonly isQuoted: boolean }
type Cut =
  | { readonly kind: 'record'; readonly end: number; readonly next: number; readonly fields: readonly Field[] }
  | { readonly kind: 'unpaired' }
  | { readonly kind: 'incomplete' }

/** Every record with its fields, the header first; lines without anything are no records. */
export async function* readCsv(path: string, delimiter: string, longest: number): AsyncGenerator<CsvRecord> {
  const separator = delimiter.charCodeAt(0)
  let rest: Buffer = Buffer.alloc(0)
  let at = 0
  let line = 1
  for await (const read of withEnd(createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>)) {
    rest = rest.length === 0 ? read.chunk : Buffer.concat([rest, read.chunk])
    let start = at === 0 && rest.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0
    at += start
    while (start < rest.length) {
      const cut = cutRecord(rest, start, separator, read.isLast)
      const record = cut.kind === 'record' ? cut : firstLine(rest, start, cut, read.isLast, longest)
      if (record === null) break
      const bytes = rest.subarray(start, record.end)
      at += record.next - start
      const isTooLong = bytes.length > longest
      const found = {
        bytes: isTooLong ? bytes.subarray(0, longest) : bytes,
        fields: record.fields === null || isTooLong ? null : record.fields.map((field) => textOf(rest, field)),
        fault: isTooLong ? ('too_long' as const) : record.fields === null ? ('quotes' as const) : null,
        at,
        line,
      }
      line += countBreaks(rest, start, record.next)
      start = record.next
      if (bytes.length > 0) yield found
    }
    rest = rest.subarray(start)
  }
}

async function* withEnd(stream: AsyncIterable<Buffer>): AsyncGenerator<{ chunk: Buffer; isLast: boolean }> {
  for await (const chunk of stream) yield { chunk, isLast: false }
  yield { chunk: Buffer.alloc(0), isLast: true }
}

/** The first line alone, of a record that cannot be cut; null when more of the file must be read to know. */
function firstLine(
  file: Buffer,
  start: number,
  cut: Cut,
  isLast: boolean,
  longest: number,
): { end: number; next: number; fields: null } | null {
  if (cut.kind === 'incomplete' && file.length - start <= longest && !isLast) return null
  const found = file.indexOf(LF, start)
  if (found === -1 && !isLast && file.length - start <= longest) return null
  const next = found === -1 ? file.length : found + 1
  const end = found === -1 ? file.length : found
  return { end: end > start && file[end - 1] === CR ? end - 1 : end, next, fields: null }
}

function cutRecord(file: Buffer, start: number, separator: number, isLast: boolean): Cut {
  const fields: Field[] = []
  let at = start
  for (;;) {
    if (file[at] === QUOTE) {
      const close = closingQuote(file, at, start)
      if (close === null)
        return file.length - start > LONGEST_QUOTED || isLast ? { kind: 'unpaired' } : { kind: 'incomplete' }
      fields.push({ start: at + 1, end: close, isQuoted: true })
      at = close + 1
      // What follows the quote decides whether it was the closing one.
      if (!isLast && at + 1 >= file.length) return { kind: 'incomplete' }
      if (at >= file.length) return { kind: 'record', end: at, next: at, fields }
      if (file[at] === LF) return { kind: 'record', end: at, next: at + 1, fields }
      if (file[at] === CR && (at + 1 >= file.length || file[at + 1] === LF))
        return { kind: 'record', end: at, next: Math.min(at + 2, file.length), fields }
      if (file[at] !== separator) return { kind: 'unpaired' }
      at += 1
      continue
    }
    const from = at
    while (at < file.length && file[at] !== separator && file[at] !== LF) at += 1
    if (at >= file.length && !isLast) return { kind: 'incomplete' }
    if (at < file.length && file[at] === separator) {
      fields.push({ start: from, end: at, isQuoted: false })
      at += 1
      continue
    }
    const end = at > from && file[at - 1] === CR ? at - 1 : at
    fields.push({ start: from, end, isQuoted: false })
    return { kind: 'record', end, next: Math.min(at + 1, file.length), fields }
  }
}

function closingQuote(file: Buffer, open: number, recordStart: number): number | null {
  const limit = Math.min(file.length, recordStart + LONGEST_QUOTED)
  for (let at = file.indexOf(QUOTE, open + 1); at !== -1 && at < limit; at = file.indexOf(QUOTE, at + 2))
    if (file[at + 1] !== QUOTE) return at
  return null
}

function textOf(file: Buffer, { start, end, isQuoted }: Field): string {
  const text = file.toString('utf8', start, end)
  return isQuoted && text.includes('"') ? text.replaceAll('""', '"') : text
}

function countBreaks(file: Buffer, start: number, end: number): number {
  let breaks = 0
  for (let at = file.indexOf(LF, start); at !== -1 && at < end; at = file.indexOf(LF, at + 1)) breaks += 1
  return breaks
}
