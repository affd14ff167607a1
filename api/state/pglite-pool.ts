/**
 * The embedded PostgreSQL presented to knex as a pool with one connection. PGlite is one session: whoever holds the
 * connection (a statement, or a whole transaction) has the database to itself, so transactions never mix.
 */
import type { PGlite } from '@electric-sql/pglite'
import type { Knex } from 'knex'

const BUSY_AFTER_MS = 15_000
const INT8 = 20
/** 64-bit integers stay text, as node-postgres returns them. */
const parsers = { [INT8]: (value: string) => value }

type Statement = { readonly text: string; readonly values?: readonly unknown[] }
type Result = { rows: unknown[]; rowCount: number; command: string }
type Callback = (error: unknown, result?: Result) => void

export function createPglitePool(db: PGlite): Knex.PgPoolLike {
  let tail: Promise<void> = Promise.resolve()
  let waitingCount = 0

  async function connect() {
    let free!: () => void
    const before = tail
    tail = new Promise<void>((resolve) => {
      free = resolve
    })
    waitingCount += 1
    try {
      await withinPatience(before)
    } catch (error) {
      void before.then(free)
      throw error
    } finally {
      waitingCount -= 1
    }
    return createConnection(db, free)
  }

  return {
    connect,
    end: async () => {},
    totalCount: 1,
    get idleCount() {
      return waitingCount === 0 ? 1 : 0
    },
    get waitingCount() {
      return waitingCount
    },
  }
}

function createConnection(db: PGlite, free: () => void) {
  return {
    query(statement: Statement | string, callback: Callback) {
      const { text, values = [] } = typeof statement === 'string' ? { text: statement } : statement
      // knex speaks node-postgres' callback form; nextTick keeps what it throws out of this promise.
      run(db, text, values).then(
        (result) => process.nextTick(callback, null, result),
        (error: unknown) => process.nextTick(callback, error),
      )
    },
    /** knex passes true after a broken connection; a transaction it left open must not leak to the next holder. */
    release(broken?: boolean) {
      if (!broken) return free()
      void db
        .exec('rollback')
        .catch(() => undefined) // no transaction was open
        .finally(free)
    },
  }
}

async function run(db: PGlite, text: string, values: readonly unknown[]): Promise<Result> {
  const command = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? ''
  const result =
    values.length > 0
      ? await db.query(
          text,
          values.map((value) => (value === undefined ? null : value)),
          { parsers },
        )
      : (await db.exec(text, { parsers })).at(-1)
  const rows = result?.rows ?? []
  return { rows, rowCount: result?.affectedRows || rows.length, command }
}

async function withinPatience(turn: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(
          `the embedded database was busy for ${BUSY_AFTER_MS} ms: was it used outside a transaction's own handle while that transaction was open?`,
        ),
      )
    }, BUSY_AFTER_MS)
  })
  try {
    await Promise.race([turn, late])
  } finally {
    clearTimeout(timer)
  }
}
