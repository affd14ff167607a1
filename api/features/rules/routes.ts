import type { Knex } from 'knex'
import { z } from 'zod'
import {
  ruleSaveBodySchema,
  rulesReplySchema,
  savedRuleSchema,
  trialBodySchema,
  trialOrdersQuerySchema,
  trialOrdersSchema,
  trialSchema,
} from '../../contract/rules.ts'
import { may } from '../../contract/permissions.ts'
import type { RuleBook } from '#transforms/rules/rule-book.ts'
import { cursorsOf } from '../../cursor.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { asRule, mayChange, requireMayChange } from './proposal.ts'
import { saveProposal } from './save-proposal.ts'

export type RuleDeps = { readonly rules: RuleBook; readonly knex: Knex; readonly now: () => Date }

const trialParams = z.strictObject({ trial_id: z.string().regex(/^[0-9a-f]{32}$/) })
const zone = z.strictObject({ zone: z.string().max(64).default('UTC') })

export function ruleRoutes(app: App, { rules, knex, now }: RuleDeps): void {
  const open = { policy: 'orders.read' } as const
  app.get('/api/rules', { config: open, schema: { response: { 200: rulesReplySchema } } }, async (request) => {
    const [versions, choices] = await Promise.all([rules.versions(), rules.choices()])
    const person = personOf(request)
    return { rules: versions, ...choices, may_change: may(person, 'rules.change') && mayChange(person) }
  })

  app.get(
    '/api/rules/:rule_row/versions',
    {
      config: open,
      schema: {
        params: z.strictObject({ rule_row: z.string().min(1).max(100) }),
        response: { 200: z.array(savedRuleSchema) },
      },
    },
    async (request) => {
      const versions = await rules.saved(request.params.rule_row)
      if (versions.length === 0) throw notFound('rule of the shop')
      return versions
    },
  )

  app.post(
    '/api/rules/trials',
    { config: { policy: 'rules.change' }, schema: { body: trialBodySchema, response: { 200: trialSchema } } },
    async (request) => {
      const person = personOf(request)
      const { proposal, from, to, zone: asked } = request.body
      const rule = asRule(proposal, person, now())
      const trialId = await rules.tryOut({ rule, from, to, by: person.id })
      const trial = await rules.trial(trialId, person.scope, asked)
      if (trial === null) throw notFound('back-test')
      return trial
    },
  )

  app.get(
    '/api/rules/trials/:trial_id',
    { config: open, schema: { params: trialParams, querystring: zone, response: { 200: trialSchema } } },
    async (request) => {
      const trial = await rules.trial(request.params.trial_id, personOf(request).scope, request.query.zone)
      if (trial === null) throw notFound('back-test')
      return trial
    },
  )

  app.get(
    '/api/rules/trials/:trial_id/orders',
    {
      config: open,
      schema: { params: trialParams, querystring: trialOrdersQuerySchema, response: { 200: trialOrdersSchema } },
    },
    async (request) => {
      const { trial_id } = request.params
      const { cursor, limit, ...asked } = request.query
      const cursors = cursorsOf(['trial orders', trial_id, asked])
      const { next, ...page } = await rules.trialOrders(trial_id, personOf(request).scope, {
        ...asked,
        limit,
        after: cursors.read(cursor),
      })
      return { ...page, next_cursor: cursors.write(next) }
    },
  )

  app.post(
    '/api/rules',
    { config: { policy: 'rules.change' }, schema: { body: ruleSaveBodySchema, response: { 201: savedRuleSchema } } },
    async (request, reply) => {
      const person = personOf(request)
      requireMayChange(person)
      return reply.code(201).send(await saveProposal({ rules, knex, now }, { person, ...request.body }))
    },
  )
}
