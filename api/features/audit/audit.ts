/**
 * Who did what: an append-only log in which each entry's hash covers the one before it, so that a changed, removed or
 * moved entry shows.
 */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Place } from '#transforms/query/keyset.ts'
import type { AuditEntry } from '../../contract/audit.ts'

export type AuditNote = {
  readonly at: Date
  /** Who acts, and with which key where it is one; null before sign-in and for the product itself. */
  readonly person: {
    readonly id: string
    readonly name: string
    readonly key?: { readonly id: string; readonly name: string }
  } | null
  readonly verb: string
  readonly subject: string
  readonly orderId?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

type AuditRow = {
  seq: string
  at: Date
  person_id: string
  person_name: string
  verb: string
  subject: string
  order_id: string
  detail: string
  prev_hash: string
  hash: string
}

/** Writers queue for this lock, so that sequence and chain have no forks. */
const CHAIN_LOCK = 4_017_302
/** Entries of one statement, and of one read of the chain. */
const AT_ONCE = 1_000

/** Adds an entry inside the caller's transaction: no deed without its entry, no entry without its deed. */
export const appendAudit = (trx: Knex.Transaction, note: AuditNote): Promise<void> => appendAudits(trx, [note])

/** The same of many, for one wait. */
export async function appendAudits(trx: Knex.Transaction, notes: readonly AuditNote[]): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(?)', [CHAIN_LOCK])
  let last = await trx<AuditRow>('audit').orderBy('seq', 'desc').first('seq', 'hash')
  const rows = notes.map(({ at, person, verb, subject, orderId, detail }): AuditRow => {
    const key = person?.key === undefined ? {} : { key: { id: person.key.id, name: person.key.name } }
    const entry = {
      seq: String(BigInt(last?.seq ?? '0') + 1n),
      at,
      person_id: person?.id ?? '',
      person_name: person?.name ?? '',
      verb,
      subject,
      order_id: orderId ?? '',
      detail: JSON.stringify({ ...detail, ...key }),
      prev_hash: last?.hash ?? '',
    }
    const row = { ...entry, hash: hashOf(entry) }
    last = row
    return row
  })
  for (let from = 0; from < rows.length; from += AT_ONCE)
    await trx<AuditRow>('audit').insert(rows.slice(from, from + AT_ONCE))
}

export type AuditFilter = {
  readonly orderId?: string | undefined
  readonly personId?: string | undefined
  /** How it begins. */
  readonly verb?: string | undefined
  /** How it begins. */
  readonly subject?: string | undefined
  /** Each of its words stands in who it was, what it was about, or the detail. */
  readonly text?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Leaves out what begins with this. */
  readonly without?: string | undefined
  readonly limit: number
  /** Where the page before ended. */
  readonly after?: Place | undefined
}

/** The newest entries first. */
export async function listAudit(
  knex: Knex,
  filter: AuditFilter,
): Promise<{ entries: AuditEntry[]; next: Place | null }> {
  const { orderId, personId, verb, subject, text, from, to, without, limit, after } = filter
  const query = knex<AuditRow>('audit')
    .orderBy('seq', 'desc')
    .limit(limit + 1)
  if (orderId !== undefined) void query.where({ order_id: orderId })
  if (personId !== undefined) void query.where({ person_id: personId })
  if (verb !== undefined) void query.where('verb', 'like', beginning(verb))
  if (subject !== undefined) void query.where('subject', 'like', beginning(subject))
  for (const word of wordsIn(text)) {
    void query.where((either) => {
      for (const name of ['person_name', 'subject', 'order_id'] as const)
        void either.orWhere(name, 'ilike', containing(word))
      // Kept as JSON, which writes quotes and backslashes in its own way.
      void either.orWhere('detail', 'ilike', containing(JSON.stringify(word).slice(1, -1)))
    })
  }
  if (from !== undefined) void query.where('at', '>=', new Date(from))
  if (to !== undefined) void query.where('at', '<', new Date(to))
  if (without !== undefined) void query.whereNot('verb', 'like', beginning(without))
  if (after !== undefined) void query.where('seq', '<', String(after[0]))
  const found: AuditRow[] = await query
  const rows = found.slice(0, limit)
  return {
    entries: rows.map(({ seq, at, person_id, person_name, verb: did, subject: what, order_id, detail }) => ({
      seq,
      at: at.toISOString(),
      person_id,
      person_name,
      verb: did,
      subject: what,
      order_id: order_id === '' ? null : order_id,
      detail: JSON.parse(detail) as Record<string, unknown>,
    })),
    next: found.length > limit ? [rows.at(-1)?.seq ?? null] : null,
  }
}

const wordsIn = (text = ''): string[] => text.split(/\s+/).filter((word) => word !== '')

/** Patterns of what begins so, or has it somewhere, whatever is in it. */
const beginning = (text: string) => `${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
const containing = (text: string) => `%${beginning(text)}`

export type ReadChain = {
  /** How many entries fit. */
  readonly entries: number
  /** The first that does not; null when all do. */
  readonly broken_at: string | null
  readonly newest: { readonly seq: string; readonly hash: string } | null
}

/** Reads the whole chain and tries every link. */
export async function readChain(knex: Knex): Promise<ReadChain> {
  let before = { seq: '0', hash: '' }
  const newest = () => (before.seq === '0' ? null : { seq: before.seq, hash: before.hash })
  for (;;) {
    const rows: AuditRow[] = await knex<AuditRow>('audit').where('seq', '>', before.seq).orderBy('seq').limit(AT_ONCE)
    if (rows.length === 0) return { entries: Number(before.seq), broken_at: null, newest: newest() }
    for (const row of rows) {
      const follows = BigInt(row.seq) === BigInt(before.seq) + 1n && row.prev_hash === before.hash
      if (!follows || row.hash !== hashOf(row))
        return { entries: Number(before.seq), broken_at: row.seq, newest: newest() }
      before = row
    }
  }
}

/** The first entry that does not fit the chain, or null when all do. */
export const findBrokenAudit = async (knex: Knex): Promise<string | null> => (await readChain(knex)).broken_at

function hashOf(entry: Omit<AuditRow, 'hash'>): string {
  const { prev_hash, seq, at, person_id, person_name, verb, subject, order_id, detail } = entry
  const text = JSON.stringify([
    prev_hash,
    seq,
    at.toISOString(),
    person_id,
    person_name,
    verb,
    subject,
    order_id,
    detail,
  ])
  return createHash('sha256').update(text).digest('hex')
}
