/** What people do with their exports. Of others' exports nothing is told, not even that they are. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Door } from '#transforms/query/door.ts'
import type { Place } from '#transforms/query/keyset.ts'
import type { DrillRequestInput } from '#transforms/query/request.ts'
import type { Export, ExportBody } from '../../contract/exports.ts'
import { ApiError, notFound } from '../../errors.ts'
import type { Principal } from '../../feature.ts'
import type { JobQueue } from '../../jobs/job-queue.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Descriptors } from '../metrics/descriptors.ts'
import { drillOfDescriptor } from '../metrics/described-drill.ts'
import { covers } from '../../row-scope.ts'
import type { ExportFiles } from './export-files.ts'
import { type ExportRow, findExport, listExports, presentExport } from './export-store.ts'

export type ExportDeps = {
  readonly knex: Knex
  readonly door: Pick<Door, 'catalogue' | 'drillPage' | 'drillRows'>
  readonly descriptors: () => Promise<Descriptors>
  readonly files: ExportFiles
  readonly queue: JobQueue
  readonly now: () => Date
}

/** Of one person, waiting or under way. */
const MOST_WAITING = 3

export function createExportService({ knex, door, descriptors, files, queue, now }: ExportDeps) {
  const own = async (person: Principal, id: string): Promise<ExportRow> => {
    const row = await findExport(knex, id)
    if (row?.owner_id !== person.id) throw notFound('export')
    return row
  }
  return {
    /** Refused here rather than later where the question is wrong; the count of its rows is what progress is told of. */
    async ask(person: Principal, { format, drill, descriptor }: ExportBody): Promise<Export> {
      const asked: DrillRequestInput = drill ?? (await drillOfDescriptor(descriptor ?? '', { door, descriptors }))
      const { limit: _page, offset: _from, ...whole } = asked
      const { result } = await door.drillPage({ ...whole, limit: 1 }, person.scope)
      const id = randomUUID()
      const row = await knex.transaction(async (trx) => {
        // Whoever asks twice at once is counted one after the other.
        await trx('people').where({ id: person.id }).forUpdate().first('id')
        const open = await trx<ExportRow>('exports')
          .where({ owner_id: person.id })
          .whereIn('state', ['queued', 'running'])
          .count<{ n: string }[]>({ n: '*' })
        if (Number(open[0]?.n) >= MOST_WAITING)
          throw new ApiError(
            'too_many_requests',
            `you have ${MOST_WAITING} exports that are not finished, which is the most; wait for one or cancel it`,
            { reason: 'exports_waiting', parts: { most: MOST_WAITING }, retryAfterSeconds: 10 },
          )
        const [added]: ExportRow[] = await trx('exports')
          .insert({
            id,
            owner_id: person.id,
            metric: result.metric,
            drill: JSON.stringify(whole),
            format,
            as_of: result.as_of,
            state: 'queued',
            rows_total: result.total,
            created_at: now(),
          })
          .returning('*')
        await note(trx, person, 'export.requested', { id, metric: result.metric, format })
        return added
      })
      await queue.enqueue(id)
      return presentExport(row ?? (await own(person, id)))
    },

    async list(person: Principal, page: { limit: number; after: Place | undefined }) {
      const { rows, next } = await listExports(knex, person.id, page)
      return { exports: rows.map(presentExport), next }
    },

    get: async (person: Principal, id: string): Promise<Export> => presentExport(await own(person, id)),

    /** Ends what is under way and removes what is there; whoever works on it notices at the next sign of life. */
    async cancel(person: Principal, id: string): Promise<void> {
      const row = await own(person, id)
      await knex.transaction(async (trx) => {
        const ended = await trx('exports')
          .where({ id: row.id })
          .whereIn('state', ['queued', 'running', 'done'])
          .update({ state: 'cancelled', finished_at: now() })
        if (ended > 0) await note(trx, person, 'export.cancelled', row)
      })
      await files.remove(row.id)
    },

    /** The file, if whoever asks may still see all that is in it. Noted before a byte of it is sent. */
    async download(person: Principal, id: string): Promise<{ row: ExportRow; size: number }> {
      const row = await own(person, id)
      if (row.state === 'queued' || row.state === 'running')
        throw new ApiError('conflict', 'this export is not finished; ask again when its state is "done"', {
          reason: 'export_unfinished',
        })
      const size = row.state === 'done' ? await files.size(row.id) : null
      const isOver = row.expires_at !== null && row.expires_at <= now()
      if (size === null || isOver || row.scope === null)
        throw new ApiError('not_found', 'there is no file of this export any more; export again', {
          reason: 'export_gone',
        })
      if (!covers(person.scope, row.scope))
        throw new ApiError('not_allowed', 'your scope is narrower than when this file was made; export again', {
          reason: 'export_scope_narrowed',
        })
      await knex.transaction((trx) => note(trx, person, 'export.downloaded', row))
      return { row, size }
    },
  }

  async function note(
    trx: Knex.Transaction,
    person: Principal,
    verb: string,
    { id, metric, format }: Pick<ExportRow, 'id' | 'metric' | 'format'>,
  ): Promise<void> {
    await appendAudit(trx, { at: now(), person, verb, subject: `export/${id}`, detail: { metric, format } })
  }
}
