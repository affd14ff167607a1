/** What can be wrong with a definition, or with what a tile was given. */
export class DashboardError extends Error {
  readonly code: 'NOT_YAML' | 'WRONG_SHAPE' | 'WRONG_SLUG' | 'UNKNOWN_NAME' | 'NO_RESULT'
  readonly retryable = false
  constructor(code: DashboardError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DashboardError'
    this.code = code
  }
}
