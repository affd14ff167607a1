/** Health of the data, for people who see all channels and regions: what it quotes was sent by anybody about any order. */
import type { Knex } from 'knex'
import {
  auditFindingsSchema,
  auditStreamQuerySchema,
  balanceSchema,
  dataHealthSchema,
  deadLetterPageQuerySchema,
  deadLetterPageSchema,
  deadLetterQuerySchema,
  deadLettersSchema,
  landingRateSchema,
  modelDetailSchema,
  modelNameSchema,
  modelsSchema,
  rateQuerySchema,
  rawMessageSchema,
  storageSchema,
} from '../../contract/data.ts'
import { messageBodySchema } from '../../contract/personal.ts'
import type { Door } from '#transforms/query/door.ts'
import { cursorsOf } from '../../cursor.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { appendAudit } from '../audit/audit.ts'
import { noteReveal } from '../personal/reveal.ts'
import { requirePermission } from '../people/require-permission.ts'
import { requireAllRows } from './all-rows.ts'
import type { Away } from './away.ts'
import { type DataOperations, operationRoutes } from './operations.ts'
import { readable } from './readable.ts'

export type DataDeps = {
  readonly door: Pick<Door, 'data'>
  readonly knex: Knex
  readonly now: () => Date
  readonly operations: DataOperations
  readonly away: Away
}

export function dataRoutes(app: App, deps: DataDeps): void {
  const { knex, now, operations, away } = deps
  const { data } = deps.door
  const config = { policy: 'data.read' } as const

  app.get('/api/data/health', { config, schema: { response: { 200: dataHealthSchema } } }, async (request) => {
    requireAllRows(personOf(request))
    return { ...(await data.health()), can_replay: operations.replays !== null }
  })

  app.get('/api/data/balance', { config, schema: { response: { 200: balanceSchema } } }, async (request) => {
    requireAllRows(personOf(request))
    return data.balanceExactly()
  })

  app.get(
    '/api/data/rate',
    { config, schema: { querystring: rateQuerySchema, response: { 200: landingRateSchema } } },
    async (request) => {
      requireAllRows(personOf(request))
      return data.landingRate(request.query.hours)
    },
  )

  app.get('/api/data/storage', { config, schema: { response: { 200: storageSchema } } }, async (request) => {
    requireAllRows(personOf(request))
    const room = away().find(({ part }) => part === 'room')
    return { ...(await data.storage()), landing_paused_since: room?.since ?? null }
  })

  app.get('/api/data/models', { config, schema: { response: { 200: modelsSchema } } }, async (request) => {
    requireAllRows(personOf(request))
    return { models: await data.models() }
  })

  app.get(
    '/api/data/models/:name',
    { config, schema: { params: modelNameSchema, response: { 200: modelDetailSchema } } },
    async (request) => {
      requireAllRows(personOf(request))
      const detail = await data.model(request.params.name)
      if (detail === null) throw notFound('model')
      return detail
    },
  )

  app.get(
    '/api/data/dead-letters',
    { config, schema: { querystring: deadLetterQuerySchema, response: { 200: deadLettersSchema } } },
    async (request) => {
      requireAllRows(personOf(request))
      const { cured, ...filter } = request.query
      return data.deadLetters({ ...filter, cured: cured === '1' })
    },
  )

  app.get(
    '/api/data/dead-letters/messages',
    { config, schema: { querystring: deadLetterPageQuerySchema, response: { 200: deadLetterPageSchema } } },
    async (request) => {
      requireAllRows(personOf(request))
      const { cured, limit, cursor, ...filter } = request.query
      const cursors = cursorsOf(['dead letters', cured, filter])
      const { next, ...page } = await data.deadLetterPage(
        { ...filter, cured: cured === '1' },
        { limit, after: cursors.read(cursor) },
      )
      return { ...page, next_cursor: cursors.write(next) }
    },
  )

  app.post(
    '/api/data/dead-letters/reveal',
    {
      config,
      schema: { body: messageBodySchema, response: { 200: rawMessageSchema } },
    },
    async (request, reply) => {
      const person = personOf(request)
      requireAllRows(person)
      reply.header('cache-control', 'no-store')
      const { reason, ...place } = request.body
      const message = await data.rawMessage(place)
      if (message === null) throw notFound('message')
      const subject = `message/${placeText(place)}`
      if (reason === undefined)
        await knex.transaction((trx) => appendAudit(trx, { at: now(), verb: 'message.read', subject, person }))
      else {
        requirePermission(person, 'personal.reveal')
        await noteReveal({ knex, now }, { person, subject, reason })
      }
      return readable(message, reason === undefined)
    },
  )

  app.get(
    '/api/data/audit/findings',
    { config, schema: { querystring: auditStreamQuerySchema, response: { 200: auditFindingsSchema } } },
    async (request) => {
      requireAllRows(personOf(request))
      return { findings: await data.auditFindings(request.query) }
    },
  )

  operationRoutes(app, deps)
}

const placeText = ({ topic, partition, offset }: { topic: string; partition: number; offset: string }): string =>
  `${topic}/${partition}/${offset}`
