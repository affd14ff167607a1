/**
 * Cuts a CSV file into records without looking at their meaning: each record keeps its bytes as they are and the
 * number of the line it began on. Line breaks inside quotes belong to the record.
 */

const QUOTE = 0x22
const COMMA = 0x2c
const LF = 0x0a
const CR = 0x0d
/** A quote that is not closed within this many bytes was never meant to be closed. */
const LONGEST_RECORD = 1_048_576

export type CsvRecord = { readonly line: number; readonly bytes: Buffer }

/**
 * Yields the records of a file in order, without their line ends; empty lines are no records. Where the quotes of a
 * record do not pair up, its first line is yielded alone and reading goes on at the next line.
 */
export function* splitRecords(file: Buffer): Generator<CsvRecord, void, undefined> {
  let start = 0
  let line = 1
  while (start < file.length) {
    const found = findRecordEnd(file, start)
    const end = found === UNPAIRED ? lineEnd(file, start) : found
    const trimmed = end > start && file[end - 1] === CR ? end - 1 : end
    if (trimmed > start) yield { line, bytes: file.subarray(start, trimmed) }
    line += 1 + (found === UNPAIRED ? 0 : countBreaks(file, start, end))
    start = end + 1
  }
}

const UNPAIRED = -1

/** Index of the line feed that ends the record starting at `start`, or the end of the file. */
function findRecordEnd(file: Buffer, start: number): number {
  let at = start
  for (;;) {
    if (file[at] === QUOTE) {
      at = afterQuoted(file, at, start)
      if (at === UNPAIRED) return UNPAIRED
      if (file[at] === CR && file[at + 1] === LF) at += 1
      if (at >= file.length || file[at] === LF) return at
      if (file[at] !== COMMA) return UNPAIRED
    } else {
      while (at < file.length && file[at] !== COMMA && file[at] !== LF) at += 1
      if (at >= file.length || file[at] === LF) return at
    }
    at += 1
  }
}

/** Index after the closing quote of the field that opens at `open`; a doubled quote is a character of the field. */
function afterQuoted(file: Buffer, open: number, recordStart: number): number {
  const limit = Math.min(file.length, recordStart + LONGEST_RECORD)
  let at = open + 1
  while (at < limit) {
    if (file[at] !== QUOTE) at += 1
    else if (file[at + 1] === QUOTE) at += 2
    else return at + 1
  }
  return UNPAIRED
}

function lineEnd(file: Buffer, start: number): number {
  const end = file.indexOf(LF, start)
  return end === -1 ? file.length : end
}

function countBreaks(file: Buffer, start: number, end: number): number {
  let breaks = 0
  for (let at = file.indexOf(LF, start); at !== -1 && at < end; at = file.indexOf(LF, at + 1)) breaks += 1
  return breaks
}

/** Column names of a header record: quotes and a byte order mark taken off, spaces trimmed. */
export function parseHeader(record: Buffer): string[] {
  const text = record.toString('utf8').replace(/^\uFEFF/, '')
  return text.split(',').map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  )
}
