/** Brings a file into one of three layouts on the local disk, and checks what can be checked before a row of it is read. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rm, stat, symlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { S3Config } from './config.ts'
import { readCsv } from './csv.ts'
import type { FileEngine, LocalFile } from './engine.ts'
import { FileError } from './errors.ts'
import { isPattern } from './glob.ts'
import { type FileFormat, compressionOf, formatOf, isText } from './kinds.ts'
import type { InputFile } from './locate.ts'
import { fetchObject } from './s3.ts'
import { checkEncoding, columnsOf, delimiterOf, readHead } from './sniff.ts'
import type { Spool } from './spool.ts'

export type ReadOptions = {
  /** Instead of what the header shows. */
  readonly delimiter?: string
  /** Of text that is not UTF-8: a name that TextDecoder knows. */
  readonly encoding?: string
  /** Where in a JSON document the rows are: names from the outside in. */
  readonly rowsAt?: readonly string[]
}

export type Prepared = {
  readonly shownAs: string
  readonly path: string
  readonly bytes: number
  readonly layout:
    | { readonly kind: 'csv'; readonly delimiter: string; readonly columns: readonly string[] }
    | { readonly kind: 'lines' }
    | { readonly kind: 'texts' }
  /** What a reader of the result should know. */
  readonly notes: readonly string[]
  /** Gives back the disk. */
  discard(): Promise<void>
}

export type Preparing = {
  readonly engine: FileEngine
  readonly spool: Spool
  readonly s3: S3Config
  readonly options: ReadOptions
  readonly signal?: AbortSignal
  readonly onFetch?: (bytes: number) => void
}

/** Checks a local file without reading all of it: is it there, is it what its name says. Others are checked when fetched. */
export async function inspect(file: InputFile): Promise<void> {
  if (file.place.kind !== 'local') return
  const head = await readHead(file.place.path)
  const compression = compressionOf(file.shownAs, head, file.compression)
  if (compression === 'none' && file.format === 'parquet' && head.subarray(0, 4).toString('latin1') !== 'PAR1')
    throw new FileError('FILE_DAMAGED', `${file.shownAs} is not a Parquet file: it does not begin with PAR1.`)
}

export async function prepare(file: InputFile, preparing: Preparing): Promise<Prepared> {
  const { engine, spool, s3, signal, onFetch } = preparing
  const made: string[] = []
  const next = (ending: string): string => {
    const path = spool.next(ending)
    made.push(path)
    return path
  }
  const discard = async (): Promise<void> => {
    for (const path of made) await rm(path, { force: true })
  }
  try {
    let path: string
    if (file.place.kind === 's3') {
      path = next('fetched')
      await fetchObject(file.place.object, path, s3, {
        ...(signal && { signal }),
        ...(onFetch && { onBytes: onFetch }),
      })
    } else path = file.place.path
    const head = await readHead(path)
    const compression = compressionOf(file.shownAs, head, file.compression)
    const notes =
      compression === file.compression
        ? []
        : [`${file.shownAs} is packed as ${compression}, which its name does not say`]
    if (isPattern(path)) {
      const link = next('link')
      await symlink(path, link)
      path = link
    }
    const packed: LocalFile = { path, name: file.shownAs, compression }
    const done = isText(file.format)
      ? await prepareText(file, packed, preparing, next)
      : await prepareColumns(file, packed, engine, next)
    return { shownAs: file.shownAs, discard, ...done, notes: [...notes, ...done.notes] }
  } catch (cause) {
    await discard()
    throw cause
  }
}

type Done = Pick<Prepared, 'path' | 'bytes' | 'layout' | 'notes'>

async function prepareColumns(
  file: InputFile,
  packed: LocalFile,
  engine: FileEngine,
  next: (ending: string) => string,
): Promise<Done> {
  const format = packed.compression === 'none' ? formatOf(file.format, await readHead(packed.path, 16)) : file.format
  const out = next('texts')
  const skipped = await engine.columns(packed, format, out)
  const notes =
    skipped.length === 0 ? [] : [`${file.shownAs}: left out, because its type cannot be read: ${skipped.join(', ')}`]
  return { path: out, bytes: (await stat(out)).size, layout: { kind: 'texts' }, notes }
}

async function prepareText(
  file: InputFile,
  packed: LocalFile,
  { engine, options }: Preparing,
  next: (ending: string) => string,
): Promise<Done> {
  let { path } = packed
  if (packed.compression !== 'none') {
    path = next('txt')
    await engine.unpack(packed, path)
  }
  if (options.encoding !== undefined) {
    const decoded = next('txt')
    await decode(path, options.encoding, decoded, file.shownAs)
    path = decoded
  }
  const head = await readHead(path)
  if (
    head
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim() === '' &&
    (await stat(path)).size <= head.length
  )
    throw new FileError('FILE_EMPTY', `${file.shownAs} has nothing in it.`)
  checkEncoding(file.shownAs, head)
  const bytes = (await stat(path)).size
  const format = layoutOf(file.format, head, options)
  if (format === 'ndjson')
    return {
      path,
      bytes,
      layout: { kind: 'lines' },
      notes: file.format === 'json' ? [`${file.shownAs} is read as one JSON object per line`] : [],
    }
  if (format === 'json') {
    const out = next('texts')
    await engine.documents({ ...packed, path, compression: 'none' }, options.rowsAt ?? [], out)
    const { size } = await stat(out)
    if (size === 0 && options.rowsAt !== undefined)
      throw new FileError('FILE_EMPTY', `${file.shownAs} has no array with rows at ${options.rowsAt.join('.')}.`)
    return { path: out, bytes: size, layout: { kind: 'texts' }, notes: [] }
  }
  return { path, bytes, ...(await prepareCsv(file, path, head, options)) }
}

/** `.json` is used for documents and for lines; the first line tells. */
function layoutOf(format: FileFormat, head: Buffer, { rowsAt }: ReadOptions): FileFormat {
  if (format !== 'json' || rowsAt !== undefined) return format
  const [first = '', second = ''] = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split('\n', 2)
  if (!first.startsWith('{') || !second.trimStart().startsWith('{')) return 'json'
  try {
    JSON.parse(first)
    return 'ndjson'
  } catch {
    return 'json'
  }
}

async function prepareCsv(
  file: InputFile,
  path: string,
  head: Buffer,
  options: ReadOptions,
): Promise<Pick<Prepared, 'layout' | 'notes'>> {
  const firstLine = head.toString('utf8').split('\n', 1)[0] ?? ''
  const delimiter = options.delimiter ?? (file.format === 'tsv' ? '\t' : delimiterOf(firstLine))
  for await (const record of readCsv(path, delimiter, head.length)) {
    if (record.fields === null)
      throw new FileError(
        'HEADER',
        `${file.shownAs}: the quotes of the first line do not pair up. Expected the names of the columns.`,
      )
    const columns = columnsOf(file.shownAs, record.fields, delimiter)
    const notes =
      delimiter !== ',' && options.delimiter === undefined && file.format === 'csv'
        ? [`${file.shownAs} is separated by "${delimiter === '\t' ? 'tab' : delimiter}"`]
        : []
    return { layout: { kind: 'csv', delimiter, columns }, notes }
  }
  throw new FileError('FILE_EMPTY', `${file.shownAs} has nothing in it.`)
}

async function decode(path: string, encoding: string, out: string, name: string): Promise<void> {
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(encoding)
  } catch (cause) {
    throw new FileError(
      'ENCODING',
      `${name}: --encoding ${encoding} is not known. Examples: windows-1252, utf-16le, gb18030, big5, shift_jis.`,
      { cause },
    )
  }
  const text = async function* (): AsyncGenerator<string> {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      yield decoder.decode(chunk as Buffer, { stream: true })
    yield decoder.decode()
  }
  await pipeline(Readable.from(text()), createWriteStream(out))
}
