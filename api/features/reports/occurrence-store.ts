/**
 * The scheduler of record: which occurrences exist, which are due, and who works on one. Every step is one guarded
 * statement, so any number of processes may run it at once.
 */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { slotsBetween } from './schedule.ts'

export type OccurrenceRow = {
  id: string
  report_id: string
  local_date: string
  slot: string
  due_at: Date
  as_of: Date | null
  first_run_at: Date | null
  state: 'due' | 'running' | 'done' | 'failed' | 'skipped_late'
  lease_owner: string | null
  lease_until: Date | null
  detail: string
}

const hourMs = 3_600_000
export const aheadMs = 48 * hourMs
export const latestMs = 24 * hourMs
export const leaseMs = 10 * 60_000
/** Slots of occurrences outside the rhythm begin so; they neither supersede nor are superseded. */
export const onRequest = 'on request '

/** Writes the occurrences of the next 48 hours of every report that has fewer than 47 hours of them. */
export async function generateOccurrences(knex: Knex, now: Date): Promise<number> {
  const until = new Date(now.getTime() + aheadMs)
  const behind = await knex('reports')
    .whereNull('deleted_at')
    .where({ enabled: true })
    .where('generated_until', '<', new Date(until.getTime() - hourMs))
    .pluck<string[]>('id')
  let written = 0
  for (const id of behind) written += await generateOne(knex, id, until, now)
  return written
}

async function generateOne(knex: Knex, reportId: string, until: Date, now: Date): Promise<number> {
  return knex.transaction(async (trx) => {
    const report: { cron: string; zone: string; generated_until: Date } | undefined = await trx('reports')
      .where({ id: reportId, enabled: true })
      .whereNull('deleted_at')
      .where('generated_until', '<', until)
      .forUpdate()
      .skipLocked()
      .first()
    if (!report) return 0
    // After months of downtime a month of missed occurrences says enough.
    const after = new Date(Math.max(report.generated_until.getTime(), now.getTime() - 31 * 24 * hourMs))
    const slots = slotsBetween(report.cron, report.zone, after, until)
    for (const { localDate, slot, dueAt } of slots) {
      await trx('report_occurrences')
        .insert({ id: randomUUID(), report_id: reportId, local_date: localDate, slot, due_at: dueAt, state: 'due' })
        .onConflict(['report_id', 'local_date', 'slot'])
        .ignore()
    }
    await trx('reports').where({ id: reportId }).update({ generated_until: until })
    return slots.length
  })
}

/** Forgets occurrences that have not come yet; the next generation writes those of the new rhythm. */
export async function forgetFuture(trx: Knex.Transaction, reportId: string, now: Date): Promise<void> {
  await trx('report_occurrences').where({ report_id: reportId, state: 'due' }).where('due_at', '>', now).delete()
  await trx('reports').where({ id: reportId }).update({ generated_until: now })
}

/**
 * After downtime the latest missed occurrence is still sent when it is less than a day late. Older ones, and ones
 * that a later one has overtaken, are noted as skipped: never silent, never a burst.
 */
export async function skipLate(knex: Knex, now: Date): Promise<string[]> {
  const result: { rows: { id: string }[] } = await knex.raw(
    `update report_occurrences o set state = 'skipped_late', detail = 'not sent: the service was not running when it was due'
     where o.state = 'due' and o.due_at <= :now
       and (o.due_at < :oldest or (not starts_with(o.slot, :onRequest) and exists (
         select 1 from report_occurrences later
         where later.report_id = o.report_id and later.due_at > o.due_at and later.due_at <= :now and not starts_with(later.slot, :onRequest))))
     returning o.id`,
    { now, onRequest, oldest: new Date(now.getTime() - latestMs) },
  )
  return result.rows.map((row) => row.id)
}

/** Occurrences somebody should work on: due ones, and ones whose worker is gone or waits to try again. */
export async function claimable(knex: Knex, now: Date): Promise<string[]> {
  return knex('report_occurrences as o')
    .join('reports as r', 'r.id', 'o.report_id')
    .whereNull('r.deleted_at')
    .where(
      (either) =>
        void either
          .where((due) => void due.where('o.state', 'due').where('o.due_at', '<=', now))
          .orWhere((left) => void left.where('o.state', 'running').where('o.lease_until', '<=', now)),
    )
    .orderBy('o.due_at')
    .limit(500)
    .pluck<string[]>('o.id')
}

/** Takes an occurrence for `owner`, or finds that somebody else has it. The moment of its numbers is fixed here, once. */
export async function claim(knex: Knex, id: string, owner: string, now: Date): Promise<OccurrenceRow | null> {
  const result: { rows: OccurrenceRow[] } = await knex.raw(
    `update report_occurrences set state = 'running', lease_owner = :owner, lease_until = :until, as_of = coalesce(as_of, due_at), first_run_at = coalesce(first_run_at, :now)
     where id = (
       select id from report_occurrences
       where id = :id and ((state = 'due' and due_at <= :now) or (state = 'running' and lease_until <= :now))
       for update skip locked)
     returning *`,
    { id, owner, now, until: new Date(now.getTime() + leaseMs) },
  )
  return result.rows[0] ?? null
}

/** Keeps a claimed occurrence; false when it was lost to somebody else. */
export async function holdUntil(knex: Knex, id: string, owner: string, until: Date): Promise<boolean> {
  return (
    (await knex('report_occurrences')
      .where({ id, lease_owner: owner, state: 'running' })
      .update({ lease_until: until })) === 1
  )
}

export async function finish(
  knex: Knex,
  id: string,
  owner: string,
  state: 'done' | 'failed',
  detail: string,
): Promise<void> {
  await knex('report_occurrences')
    .where({ id, lease_owner: owner, state: 'running' })
    .update({ state, detail, lease_owner: null, lease_until: null })
}
