/** What can be done about the data: derive dead letters again, and derive a topic although much of it is rejected. */
import type { Knex } from 'knex'
import { z } from 'zod'
import { breakerSchema, holdBodySchema, replayBodySchema, replayStartedSchema } from '../../contract/data.ts'
import type { Person } from '../../contract/session.ts'
import type { Door } from '#transforms/query/door.ts'
import type { DerivationBreaker } from '#transforms/query/health-jobs.ts'
import { readingAs } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { ApiError, notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { type AuditNote, appendAudit } from '../audit/audit.ts'
import { requireAllRows } from './all-rows.ts'

/** The engine of `ingest/replay.ts`, as far as it is needed here. */
export type Replays = {
  start(
    selection: { readonly reason?: string; readonly topic?: string; readonly format?: string },
    requestedBy: string,
  ): Promise<{ jobId: string }>
  stop(jobId: string): void | Promise<void>
}
export type DataOperations = {
  /** Null where this process does not derive. */
  readonly replays: Replays | null
  /** Writes that the topic is derived on somebody's word. */
  hold(breaker: Pick<DerivationBreaker, 'topic' | 'messages' | 'rejected'>, by: string): Promise<void>
}

/** The deriver looks at what is written here every few seconds and goes on for an hour. */
export function createDataOperations(
  warehouse: Pick<Warehouse, 'insertRows'>,
  replays: Replays | null,
): DataOperations {
  return {
    replays,
    hold: ({ topic, messages, rejected }, by) =>
      warehouse.insertRows('derivation_breakers', [
        { topic, state: 'held', messages, rejected, detail: '', changed_by: by },
      ]),
  }
}

type Deps = {
  readonly door: Pick<Door, 'data'>
  readonly knex: Knex
  readonly now: () => Date
  readonly operations: DataOperations
}

export function operationRoutes(app: App, { door, knex, now, operations }: Deps): void {
  const config = { policy: 'data.operate' } as const
  /** No deed without its entry: the deed is done inside the entry's transaction, and its failure takes the entry back. */
  const audited = async <T>(
    person: Person,
    note: Pick<AuditNote, 'verb' | 'subject' | 'detail'>,
    deed: () => Promise<T>,
  ) =>
    knex.transaction(async (trx) => {
      await appendAudit(trx, { at: now(), person, ...note })
      return deed()
    })
  const replaysHere = (): Replays => {
    if (operations.replays !== null) return operations.replays
    throw new ApiError('conflict', 'this process does not derive; use npm run replay where the ingest role runs', {
      reason: 'replays_elsewhere',
    })
  }

  app.post(
    '/api/data/replays',
    { config, schema: { body: replayBodySchema, response: { 202: replayStartedSchema } } },
    async (request, reply) => {
      const person = personOf(request)
      requireAllRows(person)
      const replays = replaysHere()
      if ((await door.data.jobs()).some(({ kind, state }) => kind === 'replay' && state === 'running'))
        throw new ApiError('conflict', 'a replay is running already; wait until it has ended, or stop it', {
          reason: 'replay_running',
        })
      const { reason, topic, format } = request.body
      const selection = { ...(reason && { reason }), ...(topic && { topic }), ...(format && { format }) }
      const subject = Object.values(selection).join(' · ') || 'all'
      const { jobId } = await audited(
        person,
        { verb: 'replay.started', subject: `dead-letters/${subject}`, detail: selection },
        () => readingAs({ lane: 'background' }, () => replays.start(selection, person.name)),
      )
      return reply.code(202).send({ job_id: jobId })
    },
  )

  app.post(
    '/api/data/replays/:job_id/stop',
    {
      config,
      schema: { params: z.strictObject({ job_id: z.string().min(1).max(64) }), response: { 202: replayStartedSchema } },
    },
    async (request, reply) => {
      const person = personOf(request)
      requireAllRows(person)
      const replays = replaysHere()
      const { job_id } = request.params
      const job = (await door.data.jobs()).find((one) => one.job_id === job_id && one.kind === 'replay')
      if (job === undefined) throw notFound('replay')
      if (job.state !== 'running')
        throw new ApiError('conflict', `this replay is not running; it is ${job.state}`, {
          reason: 'replay_not_running',
        })
      await audited(person, { verb: 'replay.stopped', subject: `replay/${job_id}` }, async () => replays.stop(job_id))
      return reply.code(202).send({ job_id })
    },
  )

  app.post(
    '/api/data/breakers/hold',
    { config, schema: { body: holdBodySchema, response: { 200: breakerSchema } } },
    async (request) => {
      const person = personOf(request)
      requireAllRows(person)
      const { topic } = request.body
      const breaker = (await door.data.breakers()).find((one) => one.topic === topic)
      if (breaker === undefined) throw notFound('topic among those whose derivation was stopped')
      if (breaker.state !== 'open')
        throw new ApiError('conflict', `the derivation of ${topic} is not stopped; its breaker is ${breaker.state}`, {
          reason: 'derivation_not_stopped',
          parts: { topic },
        })
      await audited(
        person,
        {
          verb: 'derivation.held',
          subject: `topic/${topic}`,
          detail: { messages: breaker.messages, rejected: breaker.rejected },
        },
        () => operations.hold(breaker, person.name),
      )
      return { ...breaker, state: 'held' as const, changed_by: person.name, changed_at: now().toISOString() }
    },
  )
}
