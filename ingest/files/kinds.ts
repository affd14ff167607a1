/** The formats and compressions a file may have: told by its name, and by its first bytes where those are surer. */
import { FileError } from './errors.ts'

export const fileFormats = ['csv', 'tsv', 'ndjson', 'json', 'parquet', 'arrow', 'arrowstream', 'orc', 'avro'] as const
export type FileFormat = (typeof fileFormats)[number]
export type Compression = 'none' | 'gz' | 'zst' | 'lz4' | 'xz' | 'br'

const BY_EXTENSION: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
  pq: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  arrows: 'arrowstream',
  orc: 'orc',
  avro: 'avro',
}
const PACKED: Readonly<Record<string, Compression>> = {
  gz: 'gz',
  gzip: 'gz',
  zst: 'zst',
  zstd: 'zst',
  lz4: 'lz4',
  xz: 'xz',
  br: 'br',
}
const NOT_UNPACKED: Readonly<Record<string, string>> = {
  bz2: 'bunzip2',
  zip: 'unzip',
  '7z': '7z x',
  tar: 'tar xf',
  tgz: 'tar xzf',
  rar: 'unrar x',
}

export type FileKind = { readonly format: FileFormat; readonly compression: Compression }

/** `orders.csv.gz` → CSV, gzipped. `asked` is the format somebody named instead of relying on the name. */
export function kindOfName(name: string, asked?: FileFormat): FileKind {
  const parts = name.toLowerCase().split('.').slice(1)
  const last = parts.at(-1) ?? ''
  const tool = Object.hasOwn(NOT_UNPACKED, last) ? NOT_UNPACKED[last] : undefined
  if (tool !== undefined)
    throw new FileError(
      'COMPRESSION_UNKNOWN',
      `${name}: .${last} is not read. Unpack it first (${tool}), or pack it as gz, zst, lz4, xz or br.`,
    )
  const compression = (Object.hasOwn(PACKED, last) && PACKED[last]) || 'none'
  const extension = (compression === 'none' ? last : parts.at(-2)) ?? ''
  const format = asked ?? (Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined)
  if (format === undefined)
    throw new FileError(
      'FORMAT_UNKNOWN',
      `${name}: ${extension === '' ? 'the name has no ending' : `the ending .${extension} says nothing about its format`}. Name the format with --format: ${fileFormats.join(', ')}.`,
    )
  return { format, compression }
}

const MAGIC: readonly (readonly [bytes: readonly number[], compression: Compression | 'bz2' | 'zip'])[] = [
  [[0x1f, 0x8b], 'gz'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zst'],
  [[0x04, 0x22, 0x4d, 0x18], 'lz4'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz'],
  [[0x42, 0x5a, 0x68], 'bz2'],
  [[0x50, 0x4b, 0x03, 0x04], 'zip'],
]

/** The compression the first bytes show; brotli has no mark and is believed by its name. */
export function compressionOf(name: string, head: Buffer, named: Compression): Compression {
  if (named === 'br' || head.length === 0) return named
  const found = MAGIC.find(([bytes]) => bytes.every((byte, at) => head[at] === byte))?.[1] ?? 'none'
  if (found === 'bz2' || found === 'zip') return kindOfName(`${name}.${found}`).compression
  if (named !== 'none' && found === 'none')
    throw new FileError(
      'FILE_DAMAGED',
      `${name} is named .${named} but its first bytes are not ${named}. Give it its right name, or fetch it again.`,
    )
  return found
}

/** Arrow has two layouts under one ending; the file layout begins with its name. */
export function formatOf(format: FileFormat, head: Buffer): FileFormat {
  if (format !== 'arrow' && format !== 'arrowstream') return format
  return head.subarray(0, 6).toString('latin1') === 'ARROW1' ? 'arrow' : 'arrowstream'
}

/** What the engine calls the formats whose rows it makes into JSON itself. */
export const engineFormat: Readonly<Partial<Record<FileFormat, string>>> = {
  parquet: 'Parquet',
  arrow: 'Arrow',
  arrowstream: 'ArrowStream',
  orc: 'ORC',
  avro: 'Avro',
}

export const isText = (format: FileFormat): boolean => engineFormat[format] === undefined
