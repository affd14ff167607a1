/**
 * Who saw what. Unlike a deed a view does not wait for its entry: views are gathered and written together, each second, so
 * that a page costs no wait for the chain. What a process that is killed has not written yet is lost: at most a second of
 * views, and how often what it had written already was seen again. Closing writes all of it.
 */
import type { FastifyBaseLogger } from 'fastify'
import type { Knex } from 'knex'
import { type AuditNote, appendAudits } from './audit.ts'

const EVERY_MS = 1_000
/** Whoever sees the same again within this time is told of once, and then how often. */
const SAME_MS = 300_000
/** Of one transaction: deeds wait for the chain no longer than that takes. */
const AT_ONCE = 2_000
/** More than this is not kept while the database is away. */
const MOST_WAITING = 20_000

/** How verbs of views begin. */
export const VIEW = 'view.'
export type View = Omit<AuditNote, 'at' | 'verb' | 'person'> & {
  readonly person: NonNullable<AuditNote['person']>
  readonly verb: `${typeof VIEW}${string}`
}
export type NoteView = (view: View) => void
export type Views = ReturnType<typeof createViews>

type Seen = { readonly view: View; readonly at: Date; again: number }
type ViewDeps = {
  readonly knex: Knex
  readonly now: () => Date
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
}

export function createViews({ knex, now, log }: ViewDeps) {
  const seen = new Map<string, Seen>()
  let waiting: AuditNote[] = []
  let writing: Promise<void> = Promise.resolve()
  let isWriting = false
  let dropped = 0

  function push(note: AuditNote): void {
    if (waiting.length < MOST_WAITING) waiting.push(note)
    else dropped += 1
  }

  /** Ends what began long enough ago, or all of it, and tells how often it was seen again meanwhile. */
  function endSeen(until: number): void {
    for (const [name, { view, at, again }] of seen) {
      if (at.getTime() > until) continue
      seen.delete(name)
      if (again > 0) push({ ...view, at: now(), detail: { again, since: at.toISOString() } })
    }
  }

  async function write(): Promise<void> {
    const notes = waiting.slice(0, AT_ONCE)
    if (notes.length === 0) return
    isWriting = true
    try {
      await knex.transaction((trx) => appendAudits(trx, notes))
    } catch (cause) {
      // All of it is tried again: told twice, where only the answer was lost, rather than not at all.
      log.warn({ err: cause, waiting: waiting.length }, 'audit: views could not be written yet')
      return
    } finally {
      isWriting = false
    }
    waiting = waiting.slice(notes.length)
    if (dropped > 0) log.error({ dropped }, 'audit: views were dropped while the database was away')
    dropped = 0
  }

  /** One after the other: a batch that waits for the chain is not overtaken. */
  const flush = (): Promise<void> => (writing = writing.then(write))

  const timer = setInterval(() => {
    endSeen(now().getTime() - SAME_MS)
    if (waiting.length > 0 && !isWriting) void flush()
  }, EVERY_MS)
  timer.unref()

  return {
    note(view: View): void {
      const { person, verb, subject } = view
      const name = JSON.stringify([person.id, person.key?.id, verb, subject])
      const at = now()
      const before = seen.get(name)
      if (before !== undefined && at.getTime() - before.at.getTime() < SAME_MS) {
        before.again += 1
        return
      }
      if (before !== undefined) endSeen(before.at.getTime())
      seen.set(name, { view, at, again: 0 })
      push({ ...view, at })
    },
    flush,
    async close(): Promise<void> {
      clearInterval(timer)
      endSeen(Infinity)
      for (let before = Infinity; waiting.length > 0 && waiting.length < before; ) {
        before = waiting.length
        await flush()
      }
      if (waiting.length > 0) log.error({ dropped: waiting.length }, 'audit: views were lost at the end')
    },
  }
}
