/** What is wrong with a folder or a file before anything of it is landed. */

export type ImportErrorCode =
  | 'FOLDER_NOT_FOUND'
  | 'FILE_MISSING'
  | 'FILE_EMPTY'
  | 'FILE_DAMAGED'
  | 'COLUMN_MISSING'
  | 'STOPPED'

export class ImportError extends Error {
  readonly code: ImportErrorCode
  readonly retryable: boolean

  constructor(code: ImportErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'ImportError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
