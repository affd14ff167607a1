/** What a table is asked for by, in the Accept header, and called in the answer. Apart from the schemas, for who needs no more. */
import type { TableFormat } from '#transforms/query/request.ts'

export type { TableFormat }

export const mediaTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  arrow: 'application/vnd.apache.arrow.stream',
} as const satisfies Record<TableFormat, string>

/** Rows that a caller waits for; more are made a file in the background. */
export const MOST_ROWS_AT_ONCE = { csv: 200_000, arrow: 200_000, xlsx: 50_000 } as const satisfies Record<
  TableFormat,
  number
>
