/** What only many connections at once can show; the rest of the reports is tested on the embedded database. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInProcessQueue } from '../../jobs/in-process.ts'
import { openState, type State } from '../../state/state.ts'
import { createPeople } from '../people/people.ts'
import { runOccurrence } from './deliver.ts'
import { aMailer, aNumbers, definitions } from './sample.ts'
import { createReportService, type ReportsDeps } from './service.ts'
import { sweepReports } from './sweep.ts'
import { unrestricted } from '#transforms/query/request.ts'

// `npm run test:services` starts PostgreSQL and says where it is.
const databaseUrl = process.env['DATABASE_URL']

const tag = randomUUID().slice(0, 8)
const emails = Array.from({ length: 4 }, (_, i) => `reader${i}.${tag}@x.test`)
const mailer = aMailer()
let clock = new Date('2026-11-22T10:00:00Z')
let states: State[] = []

beforeAll(async () => {
  if (databaseUrl === undefined) return
  states = await Promise.all([1, 2, 3].map(() => openState({ databaseUrl })))
  const people = createPeople(states[0]!.knex)
  for (const email of emails)
    await people.add({
      email,
      name: email,
      role: 'manager',
      scope: unrestricted,
      moneyLimit: 0,
      passwordHash: '-',
    })
})
afterAll(async () => {
  await states[0]
    ?.knex('reports')
    .whereRaw('recipients::text like ?', [`%${tag}%`])
    .delete()
  await Promise.all(states.map((state) => state.close()))
})

const deps = ({ knex }: State): ReportsDeps => ({
  knex,
  people: createPeople(knex),
  numbers: aNumbers(),
  definitions,
  mailer,
  baseUrl: 'https://lens.example.com',
  from: { name: 'Orderlens', address: 'reports@example.com' },
  now: () => clock,
  queue: createInProcessQueue({ onFailure: () => {} }),
  wake: () => {},
  draw: async () => Buffer.from('picture'),
})

test.skipIf(databaseUrl === undefined)(
  'three processes that sweep and work at the same time send each occurrence to each recipient once',
  async () => {
    const service = createReportService(deps(states[0]!))
    const owner = await createPeople(states[0]!.knex).byEmail(emails[0]!)
    for (let i = 0; i < 5; i += 1) {
      await service.create(owner!, {
        title: `R${i}`,
        definition: 'daily-anomalies',
        cron: '0 8 * * *',
        zone: 'Asia/Shanghai',
        language: 'en',
        where: [],
        recipients: emails,
        enabled: true,
      })
    }
    for (const at of ['2026-11-22T10:00:00Z', '2026-11-23T00:00:05Z', '2026-11-24T00:00:05Z']) {
      clock = new Date(at)
      await Promise.all(
        [...states, ...states].map(async (state) => {
          const { due } = await sweepReports({
            knex: state.knex,
            queue: createInProcessQueue({ onFailure: () => {} }),
            now: () => clock,
          })
          await Promise.all(due.map((id) => runOccurrence(deps(state), id)))
        }),
      )
    }
    const ids = mailer.accepted
      .filter((message) => message.to.address.includes(tag))
      .map((message) => message.messageId)
    expect(ids.length).toBe(5 * 2 * emails.length)
    expect(new Set(ids).size).toBe(ids.length)
  },
)
