/**
 * The embedded engine as a reader of files: unpacks, and turns the rows of columnar formats into JSON. In embedded mode it
 * runs beside the warehouse in the same engine (one process opens one data folder), otherwise in a folder of its own.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EngineSession, openSession } from '#warehouse/connect.ts'
import { FileError, shown } from './errors.ts'
import { type Compression, type FileFormat, engineFormat } from './kinds.ts'

/** One thread keeps the rows in the order of the file; the rest is how JSON must look for nothing to be lost. */
const SETTINGS = {
  max_threads: '1',
  max_insert_threads: '1',
  max_memory_usage: '3000000000',
  engine_file_truncate_on_insert: '1',
  // Merged, the steps of a mapping are worked out anew wherever a later step names them: five times the work.
  query_plan_merge_expressions: '0',
  input_format_parquet_preserve_order: '1',
  input_format_orc_row_batch_size: '10000',
  date_time_output_format: "'iso'",
  output_format_json_quote_64bit_integers: '0',
  // A decimal as a JSON number would become a binary fraction at the first reader.
  output_format_json_quote_decimals: '1',
  output_format_json_quote_denormals: '0',
  output_format_json_escape_forward_slashes: '0',
} as const

/** `path` must be free of `*?{}`, which the engine takes for a pattern. */
export type LocalFile = { readonly path: string; readonly name: string; readonly compression: Compression }

export type FileEngine = {
  /** The text of a packed file, line by line as it was, into the file `out`. */
  unpack(file: LocalFile, out: string): Promise<void>
  /** The JSON objects of a document (an array, or objects one after the other; those under `member`) as RowBinary texts. */
  documents(file: LocalFile, member: readonly string[], out: string): Promise<void>
  /** The rows of a columnar file as JSON texts. Resolves to the columns that have no readable type and are left out. */
  columns(file: LocalFile, format: FileFormat, out: string): Promise<readonly string[]>
  /** Rows of a select of ours, as objects. */
  rows(sql: string, params?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** `warehousePath` is the folder of an embedded warehouse that this process has open. */
export async function openFileEngine(warehousePath: string | null): Promise<FileEngine> {
  const folder = warehousePath === null ? await mkdtemp(join(tmpdir(), 'orderlens-files-')) : null
  const session = openSession(warehousePath ?? folder ?? '')
  await session.run(
    `set ${Object.entries(SETTINGS)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ')}`,
  )

  const write = async (file: LocalFile, select: string, to: 'TSVRaw' | 'RowBinary', out: string, params = {}) => {
    try {
      await session.run(`insert into function file({out:String}, '${to}', 'value String') ${select}`, {
        params: { out, path: file.path, packing: file.compression === 'none' ? 'none' : file.compression, ...params },
      })
    } catch (cause) {
      throw await readingFailed(file, cause)
    }
  }
  const source = (format: string, structure: string): string =>
    `file({path:String}, '${format}', ${structure}, {packing:String})`

  return {
    unpack: (file, out) => write(file, `select value from ${source('LineAsString', "'value String'")}`, 'TSVRaw', out),
    documents: (file, member, out) => {
      const names = Object.fromEntries(member.map((name, n) => [`m${n}`, name]))
      const path = member.map((_, n) => `, {m${n}:String}`).join('')
      const value = member.length === 0 ? 'value' : `arrayJoin(JSONExtractArrayRaw(value${path}))`
      return write(
        file,
        `select ${value} as value from ${source('JSONAsString', "'value String'")}`,
        'RowBinary',
        out,
        names,
      )
    },
    async columns(file, format, out) {
      const name = engineFormat[format] ?? ''
      const skipped = await describeColumns(session, file, name)
      await write(
        file,
        `select formatRowNoNewline('JSONEachRow', *) as value from ${source(name, "'auto'")}`,
        'RowBinary',
        out,
      )
      return skipped
    },
    async rows(sql, params = {}) {
      const { bytes } = await session.run(sql, { format: 'JSONEachRow', params })
      return bytes
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    async close() {
      session.close()
      if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

const UNREADABLE_COLUMNS = ['parquet', 'arrow', 'orc'].map(
  (format) => `input_format_${format}_skip_columns_with_unsupported_types_in_schema_inference`,
)

/** A column without any value has a type that cannot be read; it is left out and named, and the others are read. */
async function describeColumns(session: EngineSession, file: LocalFile, format: string): Promise<string[]> {
  const allow = (yes: 0 | 1) => session.run(`set ${UNREADABLE_COLUMNS.map((name) => `${name} = ${yes}`).join(', ')}`)
  const describe = () =>
    session.run(`describe file({path:String}, '${format}', 'auto', {packing:String})`, {
      params: { path: file.path, packing: file.compression },
    })
  await allow(0)
  try {
    await describe()
    return []
  } catch (cause) {
    const column = /field '([^']+)'|column (?:named )?'?([\w.]+)'?/i.exec((cause as Error).message)
    await allow(1)
    try {
      await describe()
    } catch {
      throw await readingFailed(file, cause)
    }
    return [column?.[1] ?? column?.[2] ?? 'a column without a type']
  }
}

const DISK_FULL = 243

async function readingFailed(file: LocalFile, cause: unknown): Promise<FileError> {
  const { message, clickhouseCode } = cause as { message: string; clickhouseCode?: number }
  if (clickhouseCode === DISK_FULL || /No space left/.test(message))
    return new FileError('DISK_FULL', `there is no room to unpack ${file.name}: the disk of the data folder is full`, {
      cause,
    })
  const bytes = (await stat(file.path).catch(() => null))?.size ?? 0
  const row = /\(at row (\d+)\)/.exec(message)?.[1]
  const words = shown(message.replace(/^Code: \d+\. DB::Exception: /, '').replace(/: \(in file\/uri.*$/s, ''), 200)
  return new FileError(
    'FILE_DAMAGED',
    `${file.name} (${bytes} bytes) cannot be read${row === undefined ? '' : `; the fault is at or behind row ${row}`}: ${words}. It was probably not copied completely, or it is not of the format its name says. Nothing of it was landed.`,
    { cause },
  )
}
