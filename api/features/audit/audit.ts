/**
 * Who did what: an append-only log in which each entry's hash covers the one before it, so that a changed, removed or
 * moved entry shows.
 */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Place } from '#transforms/query/keyset.ts'
import type { auditEntrySchema } from '../../contract/actions.ts'

export type AuditEntry = z.infer<typeof auditEntrySchema>

export type AuditNote = {
  readonly at: Date
  /** Who acts; null before sign-in and for the product itself. */
  readonly person: { readonly id: string; readonly name: string } | null
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

/** Adds an entry inside the caller's transaction: no deed without its entry, no entry without its deed. */
export async function appendAudit(trx: Knex.Transaction, note: AuditNote): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(?)', [CHAIN_LOCK])
  const last = await trx<AuditRow>('audit').orderBy('seq', 'desc').first('seq', 'hash')
  const entry = {
    seq: String(BigInt(last?.seq ?? '0') + 1n),
    at: note.at,
    person_id: note.person?.id ?? '',
    person_name: note.person?.name ?? '',
    verb: note.verb,
    subject: note.subject,
    order_id: note.orderId ?? '',
    detail: JSON.stringify(note.detail ?? {}),
    prev_hash: last?.hash ?? '',
  }
  await trx('audit').insert({ ...entry, hash: hashOf(entry) })
}

/** The newest entries first; `after` is where the page before ended. */
export async function listAudit(
  knex: Knex,
  filter: { orderId?: string | undefined; limit: number; after?: Place | undefined },
): Promise<{ entries: AuditEntry[]; next: Place | null }> {
  const { orderId, limit, after } = filter
  const query = knex<AuditRow>('audit')
    .orderBy('seq', 'desc')
    .limit(limit + 1)
  if (orderId !== undefined) void query.where({ order_id: orderId })
  if (after !== undefined) void query.where('seq', '<', String(after[0]))
  const found: AuditRow[] = await query
  const rows = found.slice(0, limit)
  return {
    entries: rows.map(({ seq, at, person_id, person_name, verb, subject, detail }) => ({
      seq,
      at: at.toISOString(),
      person_id,
      person_name,
      verb,
      subject,
      detail: JSON.parse(detail) as Record<string, unknown>,
    })),
    next: found.length > limit ? [rows.at(-1)?.seq ?? null] : null,
  }
}

/** The first entry that does not fit the chain, or null when all do. */
export async function findBrokenAudit(knex: Knex): Promise<string | null> {
  let before = { seq: '0', hash: '' }
  for (;;) {
    const rows: AuditRow[] = await knex<AuditRow>('audit').where('seq', '>', before.seq).orderBy('seq').limit(1_000)
    if (rows.length === 0) return null
    for (const row of rows) {
      const follows = BigInt(row.seq) === BigInt(before.seq) + 1n && row.prev_hash === before.hash
      if (!follows || row.hash !== hashOf(row)) return row.seq
      before = row
    }
  }
}

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
