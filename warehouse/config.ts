/** Where the warehouse is. Read once by a main file; everything below gets the result as an argument. */
import { z } from 'zod'
import { join } from 'node:path'
import { WarehouseError } from './errors.ts'

export const warehouseEnvSchema = z.object({
  /** Folder of everything an embedded installation keeps. */
  ORDERLENS_DATA: z.string().min(1).default('.data'),
  /** HTTP address of a ClickHouse server; empty = the embedded engine. */
  CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/)
    .default('orderlens'),
  /** Name of a cluster of the server; empty = one server. */
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/)
    .optional(),
})

/** What a read may take before it is ended. */
export type ReadLimits = {
  readonly seconds: number
  readonly memoryBytes: number
  readonly rowsRead: number
  readonly resultRows: number
  readonly resultBytes: number
}

export type WarehouseConfig =
  | {
      readonly mode: 'embedded'
      readonly path: string
      readonly database: string
      readonly readers: number
      readonly limits?: Partial<ReadLimits>
    }
  | {
      readonly mode: 'server'
      readonly limits?: Partial<ReadLimits>
      readonly url: string
      readonly user: string
      readonly password: string
      readonly database: string
      readonly readers: number
      /** Tables are replicated, and the large ones spread, over the servers of this cluster. */
      readonly cluster?: string | undefined
    }

const READERS = 4

/** Throws one error that lists every bad variable by name, never its value. */
export function loadWarehouseConfig(env: Record<string, string | undefined>): WarehouseConfig {
  const parsed = warehouseEnvSchema.safeParse(dropEmpty(env))
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw new WarehouseError('CONFIG', `cannot read the warehouse settings: ${bad}`)
  }
  const v = parsed.data
  if (v.CLICKHOUSE_URL === undefined) {
    return {
      mode: 'embedded',
      path: join(v.ORDERLENS_DATA, 'warehouse'),
      database: v.CLICKHOUSE_DATABASE,
      readers: READERS,
    }
  }
  return {
    mode: 'server',
    url: v.CLICKHOUSE_URL,
    user: v.CLICKHOUSE_USER,
    password: v.CLICKHOUSE_PASSWORD,
    database: v.CLICKHOUSE_DATABASE,
    readers: READERS,
    ...(v.CLICKHOUSE_CLUSTER !== undefined && { cluster: v.CLICKHOUSE_CLUSTER }),
  }
}

function dropEmpty(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  )
}
