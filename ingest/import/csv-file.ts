/** Reads a CSV file, plain or gzipped, and checks that it is whole and has the columns it must have. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parseHeader, splitRecords } from './csv-records.ts'
import { ImportError } from './errors.ts'

export type CsvFile = {
  readonly path: string
  readonly content: Buffer
  /** The header record as it is. */
  readonly first: Buffer
  readonly header: readonly string[]
  /** Identity of the content: the same bytes, gzipped or not, are the same file. */
  readonly epoch: string
}

const unzip = promisify(gunzip)

export async function readCsvFile(path: string, columns: readonly string[]): Promise<CsvFile> {
  const content = path.endsWith('.gz') ? await unzipWhole(path) : await readFile(path)
  const first = splitRecords(content).next().value
  if (!first)
    throw new ImportError('FILE_EMPTY', `${path} is empty. Expected a CSV file whose first line names its columns.`)
  const header = parseHeader(first.bytes)
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    throw new ImportError(
      'COLUMN_MISSING',
      `${basename(path)} has no column ${missing.join(', ')}. Its first line names: ${describe(header)}. Expected names separated by commas, in any order; check that it is the right file.`,
    )
  }
  return { path, content, first: first.bytes, header, epoch: contentHash(content) }
}

export function contentHash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

async function unzipWhole(path: string): Promise<Buffer> {
  const packed = await readFile(path)
  if (packed.length === 0) throw new ImportError('FILE_EMPTY', `${path} is empty. Expected a gzipped CSV file.`)
  try {
    return await unzip(packed)
  } catch (cause) {
    const isCut = (cause as { code?: unknown }).code === 'Z_BUF_ERROR'
    const what = isCut ? 'ends in the middle' : 'is not a whole gzip file'
    throw new ImportError(
      'FILE_DAMAGED',
      `${path} ${what}: it was probably not copied completely. Copy it again and run the import again.`,
      { cause },
    )
  }
}

/** Foreign bytes in a message: short and without control characters. */
function describe(header: readonly string[]): string {
  const text = header.join(', ').replace(/[^\P{C}]/gu, '?')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
