/** Runs one statement from outside in a session of its own, so that no setting of one request reaches another. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type EngineAnswer, type EngineSession, endNamed, named } from '../connect.ts'
import { endable } from '../endable.ts'
import { WarehouseError } from '../errors.ts'
import { createPool } from '../pool.ts'
import { forbiddenFunctions } from './statement.ts'
import { withProcesses } from './processes.ts'

export type Run = {
  readonly sql: string
  readonly format: string
  readonly params: Readonly<Record<string, unknown>>
  readonly settings: Readonly<Record<string, string>>
  readonly database: string
  readonly readOnly: boolean
  readonly queryId: string
  /** Aborted when the caller goes away; of statements that only read. */
  readonly signal?: AbortSignal
}

export type Engine = {
  readonly forbidden: ReadonlySet<string>
  run(statement: Run): Promise<EngineAnswer>
  /** Keeps the bytes of an INSERT in a file while `work` runs; they never become part of a statement. */
  spooled<T>(data: Readable, work: (file: { path: string; bytes: number }) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type EngineOptions = { readonly open: () => EngineSession; readonly spool: string; readonly sessions?: number }

const DEFAULTS: Readonly<Record<string, string>> = {
  max_execution_time: '60',
  max_threads: '2',
  max_memory_usage: '3000000000',
  max_result_bytes: '268435456',
  result_overflow_mode: 'throw',
}

export async function createEngine({ open, spool, sessions = 6 }: EngineOptions): Promise<Engine> {
  await mkdir(spool, { recursive: true })
  const pool = createPool(Array.from({ length: sessions }, (_, n) => n))
  const forbidden = forbiddenFunctions(await functionNames(open))
  const running = new Map<string, string>()

  return {
    forbidden,
    run: ({ sql, format, params, settings, database, readOnly, queryId, signal }) =>
      pool.run(async () => {
        if (signal?.aborted === true) throw new WarehouseError('CANCELLED', 'the caller went away before its turn')
        const session = open()
        const name = randomUUID()
        running.set(queryId, sql)
        try {
          await session.run(`use ${database}`)
          await session.run(
            `set ${assignments({ ...(readOnly ? DEFAULTS : {}), ...settings, ...named(name), readonly: readOnly ? '1' : '0' })}`,
          )
          const statement = withProcesses(sql, running)
          if (signal === undefined) return await session.run(statement, { format, params })
          return await endable(
            signal,
            () => endNamed(open, name),
            () => session.run(statement, { format, params }),
          )
        } finally {
          running.delete(queryId)
          session.close()
        }
      }),
    async spooled(data, work) {
      const path = join(spool, `endpoint-${randomUUID()}`)
      try {
        await pipeline(data, createWriteStream(path))
        const { size } = await stat(path)
        return await work({ path, bytes: size })
      } finally {
        await rm(path, { force: true })
      }
    },
    close: () => pool.close(() => Promise.resolve()),
  }
}

async function functionNames(open: () => EngineSession): Promise<string[]> {
  const session = open()
  try {
    const { bytes } = await session.run(
      "select name from system.table_functions union all select name from system.functions where match(name, '^(ai|AI)[A-Z]')",
    )
    return bytes
      .toString('utf8')
      .split('\n')
      .filter((name) => name !== '')
  } finally {
    session.close()
  }
}

/** Names are matched against an allow-list and values against a set of plain characters before they come here. */
function assignments(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${/^\d+$/.test(value) ? value : `'${value}'`}`)
    .join(', ')
}
