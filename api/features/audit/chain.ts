/** Whether the audit's chain holds, checked when somebody asks and it is long ago. Nobody waits for it: it reads every entry. */
import type { FastifyBaseLogger } from 'fastify'
import type { Knex } from 'knex'
import type { AuditChain } from '../../contract/audit.ts'
import { readChain } from './audit.ts'

/** A check is as good as new for so long. */
const FRESH_MS = 3_600_000

export type ChainCheck = ReturnType<typeof createChainCheck>
type ChainDeps = {
  readonly knex: Knex
  readonly now: () => Date
  readonly log: Pick<FastifyBaseLogger, 'info' | 'error'>
}

export function createChainCheck({ knex, now, log }: ChainDeps) {
  let last: Omit<AuditChain, 'is_checking'> = { checked_at: null, entries: 0, broken_at: null, newest: null }
  let running: Promise<void> | null = null

  async function check(): Promise<void> {
    const { entries, broken_at, newest } = await readChain(knex)
    last = { checked_at: now().toISOString(), entries, broken_at, newest }
    // The log is kept elsewhere than the database: a chain that was written anew as a whole differs from what it says here.
    if (broken_at === null) log.info({ entries, newest }, 'audit: the chain holds')
    else log.error({ entries, broken_at, newest }, 'audit: the chain is broken; an entry was changed, removed or moved')
  }

  return {
    /** The last word, and whether another is on its way. `again` asks for one though the last is fresh. */
    state({ again }: { readonly again: boolean }): AuditChain {
      const isFresh = last.checked_at !== null && now().getTime() - Date.parse(last.checked_at) < FRESH_MS
      if (again || !isFresh)
        running ??= check()
          .catch((cause: unknown) => log.error({ err: cause }, 'audit: the chain could not be read'))
          .finally(() => {
            running = null
          })
      return { is_checking: running !== null, ...last }
    },
    /** Resolves when nothing is being checked. */
    idle: async (): Promise<void> => running ?? undefined,
  }
}
