/** Exports at rest: who waits, who works on one, and how it ended. Every step is one guarded statement. */
import type { Knex } from 'knex'
import { z } from 'zod'
import type { Export, ExportFailure } from '../../contract/exports.ts'
import type { Place } from '#transforms/query/keyset.ts'
import type { DrillRequestInput, RowScope, TableFormat } from '#transforms/query/request.ts'
import { cursorRefused } from '../../cursor.ts'

export type ExportRow = {
  id: string
  owner_id: string
  metric: string
  drill: DrillRequestInput
  format: TableFormat
  as_of: Date
  state: Export['state']
  rows: string
  rows_total: string
  bytes: string
  scope: RowScope | null
  failure: ExportFailure | null
  detail: string
  attempts: number
  lease_owner: string | null
  lease_until: Date | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  expires_at: Date | null
}

/** Without a sign of life for so long, its process is taken for dead. */
export const LEASE_MS = 30_000
/** An export that took so many processes with it is not begun again. */
const MOST_ATTEMPTS = 3
/** What became of an export is told for so long. */
const TOLD_MS = 7 * 86_400_000

const table = (knex: Knex) => knex<ExportRow>('exports')

export const findExport = async (knex: Knex, id: string): Promise<ExportRow | null> =>
  z.guid().safeParse(id).success ? ((await table(knex).where({ id }).first()) ?? null) : null

/** Takes an export that waits, or one whose process died; null where somebody else has it or it ended. */
export async function claimExport(knex: Knex, id: string, owner: string, now: Date): Promise<ExportRow | null> {
  const [claimed] = (await table(knex)
    .where({ id })
    .where(isDue(now))
    .update({
      state: 'running',
      lease_owner: owner,
      lease_until: new Date(now.getTime() + LEASE_MS),
      attempts: knex.raw('attempts + 1'),
      started_at: now,
      rows: '0',
      bytes: '0',
    })
    .returning('*')) as ExportRow[]
  return claimed ?? null
}

export const isWornOut = ({ attempts }: ExportRow): boolean => attempts > MOST_ATTEMPTS

/** A sign of life; false where the export is not ours any more. */
export async function holdExport(
  knex: Knex,
  { id, lease_owner }: ExportRow,
  told: { rows: number; bytes: number; now: Date },
): Promise<boolean> {
  const held = await table(knex)
    .where({ id, lease_owner, state: 'running' })
    .update({
      rows: String(told.rows),
      bytes: String(told.bytes),
      lease_until: new Date(told.now.getTime() + LEASE_MS),
    })
  return held > 0
}

/** How it ended, unless it is not ours any more. */
export async function endExport(
  trx: Knex,
  { id, lease_owner }: ExportRow,
  end: Partial<Pick<ExportRow, 'rows' | 'rows_total' | 'bytes' | 'failure' | 'detail' | 'expires_at'>> & {
    state: 'done' | 'failed'
    finished_at: Date
    scope?: RowScope
  },
): Promise<boolean> {
  const { scope, ...rest } = end
  const ended = await trx('exports')
    .where({ id, lease_owner, state: 'running' })
    .update({ ...rest, lease_owner: null, ...(scope && { scope: JSON.stringify(scope) }) })
  return ended > 0
}

/** Back to those that wait, without having failed: this process stops, or the data is not ready. */
export async function putBack(knex: Knex, { id, lease_owner }: ExportRow): Promise<void> {
  await table(knex)
    .where({ id, lease_owner, state: 'running' })
    .update({ state: 'queued', lease_owner: null, attempts: knex.raw('attempts - 1') })
}

const isDue = (now: Date) => (query: Knex.QueryBuilder) =>
  void query
    .where('state', 'queued')
    .orWhere((running) => void running.where('state', 'running').where('lease_until', '<', now))

export async function dueExports(knex: Knex, now: Date): Promise<string[]> {
  const due = await table(knex).where(isDue(now)).orderBy('created_at').limit(100).select('id')
  return due.map(({ id }) => id)
}

/** Files that are to go: a day old, or of people who may not sign in any more. */
export async function expireExports(knex: Knex, now: Date): Promise<void> {
  await table(knex)
    .where({ state: 'done' })
    .where(
      (either) =>
        void either
          .where('expires_at', '<', now)
          .orWhereIn('owner_id', knex('people').whereNotNull('disabled_at').select('id')),
    )
    .update({ state: 'expired' })
  await table(knex)
    .whereIn('state', ['failed', 'cancelled', 'expired'])
    .where('created_at', '<', new Date(now.getTime() - TOLD_MS))
    .delete()
}

/** Of these ids, those whose file is somebody's or is being written, each with who writes it. */
export async function withFiles(knex: Knex, ids: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await table(knex).whereIn('id', ids).whereIn('state', ['done', 'running']).select('id', 'lease_owner')
  return new Map(rows.map(({ id, lease_owner }) => [id, lease_owner]))
}

const placeSchema = z.tuple([z.iso.datetime(), z.guid()])

/** A person's own, the newest first. */
export async function listExports(
  knex: Knex,
  ownerId: string,
  { limit, after }: { limit: number; after: Place | undefined },
): Promise<{ rows: ExportRow[]; next: Place | null }> {
  const query = table(knex).where({ owner_id: ownerId })
  if (after !== undefined) {
    const place = placeSchema.safeParse(after)
    if (!place.success) throw cursorRefused()
    void query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [...place.data])
  }
  const found = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: found.length > limit && last !== undefined ? [last.created_at.toISOString(), last.id] : null }
}

/** What the file is called where it is saved: letters, digits and `_` of the metric, and the day it is as of. */
export const fileNameOf = ({ metric, as_of, format }: Pick<ExportRow, 'metric' | 'as_of' | 'format'>): string =>
  `${metric.replaceAll(/\W/g, '_')}-${as_of.toISOString().slice(0, 10)}.${format}`

export function presentExport(row: ExportRow): Export {
  const { id, metric, format, state, failure, detail } = row
  return {
    id,
    metric,
    format,
    state,
    failure,
    detail,
    rows: Number(row.rows),
    rows_total: Number(row.rows_total),
    bytes: Number(row.bytes),
    file_name: fileNameOf(row),
    as_of: row.as_of.toISOString(),
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
  }
}
