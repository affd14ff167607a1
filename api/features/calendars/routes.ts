import type { Knex } from 'knex'
import {
  calendarsReplySchema,
  changeSaveBodySchema,
  changeTrialBodySchema,
  savedChangeSchema,
} from '../../contract/calendars.ts'
import { may } from '../../contract/permissions.ts'
import { trialSchema } from '../../contract/rules.ts'
import type { CalendarBook } from '#transforms/rules/calendar-book.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'
import { mayChange, requireMayChange } from '../rules/proposal.ts'
import { asChange, refuseFaulty, saveChange } from './save-change.ts'

export type CalendarDeps = { readonly calendars: CalendarBook; readonly knex: Knex; readonly now: () => Date }

export function calendarRoutes(app: App, { calendars, knex, now }: CalendarDeps): void {
  app.get(
    '/api/calendars',
    { config: { policy: 'orders.read' }, schema: { response: { 200: calendarsReplySchema } } },
    async (request) => {
      const person = personOf(request)
      return { ...(await calendars.list()), may_change: may(person, 'rules.change') && mayChange(person) }
    },
  )

  app.post(
    '/api/calendars/trials',
    { config: { policy: 'rules.change' }, schema: { body: changeTrialBodySchema, response: { 200: trialSchema } } },
    async (request) => {
      const person = personOf(request)
      const { proposal, history, zone } = request.body
      const change = asChange(proposal, person, now())
      await refuseFaulty(calendars, change)
      const trialId = await calendars.tryOut(change, history ?? 'open', person.id)
      const trial = await calendars.trial(trialId, person.scope, zone)
      if (trial === null) throw notFound('back-test')
      return trial
    },
  )

  app.post(
    '/api/calendars',
    {
      config: { policy: 'rules.change' },
      schema: { body: changeSaveBodySchema, response: { 201: savedChangeSchema } },
    },
    async (request, reply) => {
      const person = personOf(request)
      requireMayChange(person)
      return reply.code(201).send(await saveChange({ calendars, knex, now }, { person, ...request.body }))
    },
  )
}
