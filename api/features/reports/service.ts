/** What people do with reports: who may, what is accepted, and what is written down. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { Delivery, Report, ReportBody, occurrenceSchema, reportPatchSchema } from '../../contract/reports.ts'
import { may } from '../../contract/permissions.ts'
import type { Person } from '../../contract/session.ts'
import type { Place } from '#transforms/query/keyset.ts'
import { cursorRefused } from '../../cursor.ts'
import { ApiError, notFound } from '../../errors.ts'
import type { JobQueue } from '../../jobs/job-queue.ts'
import { appendAudit } from '../audit/audit.ts'
import { canonicalEmail } from '../people/people.ts'
import { localMs } from '#dashboards/charts/zone.ts'
import { preview, render } from './compose.ts'
import type { DeliverDeps } from './deliver.ts'
import type { DeliveryRow } from './delivery-store.ts'
import { forgetFuture, onRequest, type OccurrenceRow } from './occurrence-store.ts'
import { findReport, listReports, toColumns, type StoredReport } from './report-store.ts'
import { checkSchedule, nextDue } from './schedule.ts'
import { covers } from '../../row-scope.ts'

export type ReportsDeps = DeliverDeps & {
  readonly queue: JobQueue
  /** Called when there may be new work. */ readonly wake: () => void
}
export type Occurrence = z.infer<typeof occurrenceSchema>

const mostPerOwner = 200

export function createReportService(deps: ReportsDeps) {
  const { knex, now } = deps
  return {
    async list(person: Person): Promise<Report[]> {
      return (await listReports(knex, person)).map((report) => present(report, now()))
    },

    async get(person: Person, id: string): Promise<Report> {
      return present(await visible(knex, person, id), now())
    },

    async create(person: Person, body: ReportBody): Promise<Report> {
      const report = await accept(deps, body)
      const id = randomUUID()
      await knex.transaction(async (trx) => {
        const owned = await trx('reports')
          .where({ owner_id: person.id })
          .whereNull('deleted_at')
          .count<{ n: string }[]>({ n: '*' })
        if (Number(owned[0]?.n) >= mostPerOwner)
          throw new ApiError('conflict', `you own ${mostPerOwner} reports, which is the most; delete one first`, {
            reason: 'too_many_reports',
            parts: { most: mostPerOwner },
          })
        await trx('reports').insert({
          ...toColumns(report),
          id,
          owner_id: person.id,
          created_at: now(),
          generated_until: now(),
        })
        await appendAudit(trx, {
          at: now(),
          person,
          verb: 'report.created',
          subject: id,
          detail: { title: report.title, recipients: report.recipients },
        })
      })
      deps.wake()
      return this.get(person, id)
    },

    async change(person: Person, id: string, patch: z.infer<typeof reportPatchSchema>): Promise<Report> {
      const before = await owned(knex, person, id)
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      const after = await accept(deps, { ...bodyOf(before), ...given })
      const rhythmChanged = after.cron !== before.cron || after.zone !== before.zone || after.enabled !== before.enabled
      await knex.transaction(async (trx) => {
        await trx('reports').where({ id }).update(toColumns(after))
        if (rhythmChanged) await forgetFuture(trx, id, now())
        await appendAudit(trx, {
          at: now(),
          person,
          verb: 'report.changed',
          subject: id,
          detail: { changed: Object.keys(given) },
        })
      })
      deps.wake()
      return this.get(person, id)
    },

    async remove(person: Person, id: string): Promise<void> {
      await owned(knex, person, id)
      await knex.transaction(async (trx) => {
        await trx('reports').where({ id }).update({ deleted_at: now() })
        await trx('report_occurrences').where({ report_id: id, state: 'due' }).delete()
        await appendAudit(trx, { at: now(), person, verb: 'report.deleted', subject: id })
      })
    },

    async preview(person: Person, id: string): Promise<string> {
      const report = await visible(knex, person, id)
      return preview(
        deps,
        await render(deps, report, { asOf: now(), scope: person.scope, delayedSince: null }),
        person.email,
      )
    },

    /** One occurrence outside the rhythm. The same key names the same one, however often it is sent. */
    async sendNow(person: Person, id: string, key: string): Promise<Occurrence> {
      const report = await owned(knex, person, id)
      const slot = onRequest + key
      const occurrence = await knex.transaction(async (trx) => {
        const localDate = new Date(localMs(now().getTime(), report.zone)).toISOString().slice(0, 10)
        const again = await trx<OccurrenceRow>('report_occurrences').where({ report_id: id, slot }).first()
        if (again) return again
        const added: OccurrenceRow[] = await trx('report_occurrences')
          .insert({ id: randomUUID(), report_id: id, local_date: localDate, slot, due_at: now(), state: 'due' })
          .onConflict(['report_id', 'local_date', 'slot'])
          .ignore()
          .returning('*')
        if (!added[0])
          throw new ApiError('idempotency_in_flight', 'the same request is being carried out; ask again in a moment')
        await appendAudit(trx, { at: now(), person, verb: 'report.sent_now', subject: id })
        return added[0]
      })
      if (occurrence.state === 'due') await deps.queue.enqueue(occurrence.id)
      return presentOccurrence(occurrence)
    },

    async occurrences(person: Person, id: string, page: LogPage): Promise<Logged<Occurrence>> {
      await visible(knex, person, id)
      const query = knex<OccurrenceRow>('report_occurrences').where({ report_id: id })
      const { rows, next } = await latestFirst<OccurrenceRow>(query, {
        ...page,
        columns: ['due_at', 'id'],
        atOf: (row) => row.due_at,
      })
      return { rows: rows.map(presentOccurrence), next }
    },

    async deliveries(person: Person, page: LogPage): Promise<Logged<Delivery>> {
      const query = deliveryQuery(knex)
      if (!may(person, 'reports.manage'))
        void query.where((either) => void either.where('d.recipient', person.email).orWhere('r.owner_id', person.id))
      const { rows, next } = await latestFirst<DeliveryView>(query, {
        ...page,
        columns: ['d.created_at', 'd.id'],
        atOf: (row) => row.created_at,
      })
      return { rows: rows.map(presentDelivery), next }
    },

    /** A mail shows what its recipient may see: others may open it only if they may see all of that. */
    async eml(person: Person, deliveryId: string): Promise<Buffer> {
      const delivery = z.guid().safeParse(deliveryId).success
        ? (await deliveryQuery(knex).where('d.id', deliveryId))[0]
        : undefined
      if (!delivery) throw notFound('delivery')
      if (delivery.recipient !== person.email) {
        const recipient = await deps.people.byEmail(delivery.recipient)
        const mayManage = may(person, 'reports.manage') || delivery.owner_id === person.id
        if (!mayManage || !recipient || !covers(person.scope, recipient.scope)) throw notFound('delivery')
      }
      const bytes = await deps.mailer.read(delivery.id)
      if (!bytes)
        throw new ApiError(
          'not_found',
          'this mail is not kept here: it was sent by SMTP, or has not been written yet',
          {
            reason: 'mail_not_kept',
          },
        )
      return bytes
    },
  }
}

/** A body with everything it names known to exist, and one spelling per address. */
async function accept(deps: ReportsDeps, body: ReportBody): Promise<ReportBody> {
  checkSchedule(body.cron, body.zone, deps.now())
  if (!deps.definitions.some((definition) => definition.slug === body.definition)) {
    throw new ApiError(
      'unknown_name',
      `definition: expected one of ${deps.definitions.map((definition) => definition.slug).join(', ')}, found '${body.definition}'`,
      { reason: 'name_unknown', parts: { came: body.definition } },
    )
  }
  const dimensions = deps.numbers.catalogue().dimensions.map((card) => card.name)
  const unknown = body.where.find((filter) => !dimensions.includes(filter.dimension))
  if (unknown)
    throw new ApiError('unknown_name', `where: no dimension is named '${unknown.dimension}'`, {
      reason: 'name_unknown',
      parts: { came: unknown.dimension },
    })
  const recipients = [...new Set(body.recipients.map(canonicalEmail))]
  for (const recipient of recipients) {
    if (!(await deps.people.byEmail(recipient)))
      throw new ApiError(
        'invalid_input',
        `recipients: '${recipient}' is not a person of this installation; reports show what their recipient may see, so only people with an account can receive them`,
        { reason: 'recipient_unknown', parts: { came: recipient } },
      )
  }
  return { ...body, recipients }
}

async function visible(knex: Knex, person: Person, id: string): Promise<StoredReport> {
  const report = z.guid().safeParse(id).success ? await findReport(knex, id) : null
  const maySee =
    report &&
    (may(person, 'reports.manage') || report.owner_id === person.id || report.recipients.includes(person.email))
  if (!maySee) throw notFound('report')
  return report
}

async function owned(knex: Knex, person: Person, id: string): Promise<StoredReport> {
  const report = await visible(knex, person, id)
  if (!may(person, 'reports.manage') && report.owner_id !== person.id)
    throw new ApiError('not_allowed', 'only its owner or an admin may do this to a report', {
      reason: 'report_not_yours',
    })
  return report
}

function bodyOf({ title, definition, cron, zone, language, where, recipients, enabled }: StoredReport): ReportBody {
  return { title, definition, cron, zone, language, where, recipients, enabled }
}

function present(report: StoredReport, now: Date): Report {
  const due = report.enabled ? nextDue(report.cron, report.zone, now) : null
  return {
    ...bodyOf(report),
    id: report.id,
    owner_id: report.owner_id,
    owner_name: report.owner_name,
    created_at: report.created_at.toISOString(),
    next_due_at: due?.toISOString() ?? null,
  }
}

function presentOccurrence({
  id,
  report_id,
  local_date,
  slot,
  due_at,
  as_of,
  state,
  detail,
}: OccurrenceRow): Occurrence {
  return {
    id,
    report_id,
    local_date,
    slot,
    due_at: due_at.toISOString(),
    as_of: as_of?.toISOString() ?? null,
    state,
    detail,
  }
}

type LogPage = { readonly limit: number; readonly after?: Place | undefined }
type Logged<Row> = { rows: Row[]; next: Place | null }
const placeSchema = z.tuple([z.iso.datetime(), z.guid()])

/** A page of what happened, by its instant and then its id. */
async function latestFirst<Row extends { id: string }>(
  query: Knex.QueryBuilder,
  { columns, atOf, limit, after }: LogPage & { columns: readonly [string, string]; atOf: (row: Row) => Date },
): Promise<Logged<Row>> {
  if (after !== undefined) {
    const place = placeSchema.safeParse(after)
    if (!place.success) throw cursorRefused()
    void query.whereRaw('(??, ??) < (?::timestamptz, ?::uuid)', [...columns, ...place.data])
  }
  for (const column of columns) void query.orderBy(column, 'desc')
  const found: Row[] = await query.limit(limit + 1)
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: found.length > limit && last !== undefined ? [atOf(last).toISOString(), last.id] : null }
}

type DeliveryView = DeliveryRow & { report_id: string; report_title: string; owner_id: string }

function deliveryQuery(knex: Knex) {
  return knex('report_deliveries as d')
    .join('report_occurrences as o', 'o.id', 'd.occurrence_id')
    .join('reports as r', 'r.id', 'o.report_id')
    .select<DeliveryView[]>('d.*', 'r.id as report_id', 'r.title as report_title', 'r.owner_id')
}

function presentDelivery({
  id,
  occurrence_id,
  report_id,
  report_title,
  recipient,
  message_id,
  state,
  transport,
  sent_at,
  detail,
  subject,
}: DeliveryView): Delivery {
  return {
    id,
    occurrence_id,
    report_id,
    report_title,
    recipient,
    message_id,
    state,
    transport,
    sent_at: sent_at?.toISOString() ?? null,
    detail,
    subject,
  }
}
