/** What is wrong with a file, a mapping or a bucket. Told before anything of the file is landed, wherever that can be known. */

export type FileErrorCode =
  | 'CONFIG'
  | 'FILE_NOT_FOUND'
  | 'IS_FOLDER'
  | 'NO_MATCH'
  | 'FILE_EMPTY'
  | 'FILE_DAMAGED'
  | 'FORMAT_UNKNOWN'
  | 'COMPRESSION_UNKNOWN'
  | 'ENCODING'
  | 'HEADER'
  | 'MAPPING'
  | 'S3_DENIED'
  | 'S3_NOT_FOUND'
  | 'S3_REGION'
  | 'S3_UNREACHABLE'
  | 'DISK_FULL'
  | 'STOPPED'

export class FileError extends Error {
  readonly code: FileErrorCode
  readonly retryable: boolean

  constructor(code: FileErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'FileError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

/** Foreign text in a message of ours: short, on one line, without control characters. */
export function shown(text: string, most = 120): string {
  const line = text.replace(/[^\P{C}]/gu, '?').trim()
  return line.length > most ? `${line.slice(0, most)}…` : line
}
