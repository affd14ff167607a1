/** What the first bytes of a text file show: its encoding, its header, its delimiter. */
import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { FileError, shown } from './errors.ts'

export const HEAD_BYTES = 65_536

export async function readHead(path: string, bytes = HEAD_BYTES): Promise<Buffer> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Throws when the text is not UTF-8 and nobody said what it is. */
export function checkEncoding(name: string, head: Buffer): void {
  const wide = wideEncoding(head)
  if (wide !== null)
    throw new FileError('ENCODING', `${name} is ${wide.toUpperCase()}, not UTF-8. Import it with --encoding ${wide}.`)
  if (!isUtf8(withoutCutCharacter(head)))
    throw new FileError(
      'ENCODING',
      `${name} is not UTF-8. Say what it is, for example --encoding windows-1252 (Western Europe), gb18030 (Chinese), shift_jis (Japanese).`,
    )
  if (!head.includes(0x0a) && head.includes(0x0d))
    throw new FileError(
      'ENCODING',
      `${name} ends its lines with carriage returns only (old Mac). Change them to line feeds, for example with tr '\\r' '\\n'.`,
    )
}

function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const sample = head.subarray(0, 1000)
  const zeros = [0, 0]
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (odd > sample.length / 4 && even === 0) return 'utf-16le'
  if (even > sample.length / 4 && odd === 0) return 'utf-16be'
  return null
}

/** A head may end inside a character; up to three bytes are forgiven there. */
function withoutCutCharacter(head: Buffer): Buffer {
  if (head.length < HEAD_BYTES) return head
  for (let back = 1; back <= 4; back += 1) {
    const byte = head[head.length - back] ?? 0
    if (byte < 0x80) return head
    if (byte >= 0xc0) return head.subarray(0, head.length - back)
  }
  return head
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const WORDS: Readonly<Record<string, string>> = { ',': ',', ';': ';', '\t': 'tab', '|': '|' }

/** The delimiter a header shows: the one that cuts it into most columns; a comma when there is none. */
export function delimiterOf(header: string): string {
  const unquoted = header.replace(/"(?:[^"]|"")*"/g, '')
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, n: unquoted.split(delimiter).length - 1 }))
  return counts.reduce((most, one) => (one.n > most.n ? one : most)).delimiter
}

/** Column names of a header record. Throws where a row could not be told by them. */
export function columnsOf(name: string, fields: readonly string[], delimiter: string): string[] {
  const columns = fields.map((field, n) => field.replace(/^\uFEFF/, '').trim() || `column_${n + 1}`)
  const twice = columns.find((column, n) => columns.indexOf(column) !== n)
  if (twice !== undefined)
    throw new FileError(
      'HEADER',
      `${name}: the column ${shown(twice)} is there twice in the first line. Give each column a name of its own.`,
    )
  const [only = ''] = columns
  const better = delimiterOf(only)
  if (columns.length === 1 && better !== delimiter && only.includes(better))
    throw new FileError(
      'HEADER',
      `${name}: with the delimiter "${WORDS[delimiter] ?? delimiter}" the first line is one column: ${shown(only)}. It looks separated by "${WORDS[better] ?? better}": use --delimiter "${WORDS[better] ?? better}".`,
    )
  return columns
}
