/** The API as one part of a process: the app, and the runner that carries actions out and settles them. */
import type { FastifyBaseLogger } from 'fastify'
import { createRuleBook } from '#transforms/rules/rule-book.ts'
import { readingAs } from '#warehouse/reading.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type AppOptions, buildApp } from './app.ts'
import type { App } from './feature.ts'
import { type ActionRunner, createActionRunner } from './features/actions/action-runner.ts'
import { createAnswers } from './features/actions/answers.ts'
import { createCaughtUp } from './features/actions/caught-up.ts'
import { createReadFacts } from './features/actions/read-facts.ts'
import type { CommandSink, EventSink } from './features/actions/sinks.ts'
import { type Replays, createDataOperations } from './features/data/operations.ts'
import { createPeople } from './features/people/people.ts'
import { seedPeople } from './features/people/seed.ts'

export type ApiOptions = Omit<AppOptions, 'wake' | 'log' | 'operations' | 'rules' | 'reads'> & {
  readonly warehouse: Warehouse
  /** Derives dead letters again; null where this process does not derive. */
  readonly replays: Replays | null
  readonly commands: CommandSink
  readonly events: EventSink
  readonly log: FastifyBaseLogger
}

export type Api = {
  readonly app: App
  readonly actions: ActionRunner
  /** Opens the port and starts the runner; resolves with the address. */
  start(): Promise<string>
  close(): Promise<void>
}

export async function createApi(options: ApiOptions): Promise<Api> {
  const { config, state, warehouse, commands, events, live, log, now = () => new Date() } = options
  const people = createPeople(state.knex)
  await seedPeople(people, { demo: config.demo, admin: config.admin })
  const actions = createActionRunner({
    knex: state.knex,
    commands,
    events,
    readAnswers: createAnswers(warehouse),
    people,
    readFacts: createReadFacts(options.door),
    isCaughtUp: createCaughtUp(options.door, now),
    now,
    log,
  })
  const app = await buildApp({
    ...options,
    rules: createRuleBook(warehouse, { now }),
    operations: createDataOperations(warehouse, options.replays),
    // The round goes on for whoever else has something in the outbox.
    wake: () => readingAs({ lane: 'background' }, () => actions.wake()),
    reads: () => warehouse.reads(),
  })
  const unsubscribe = live.subscribe(() => actions.wake())
  return {
    app,
    actions,
    async start() {
      const address = await app.listen({ host: config.host, port: config.port })
      actions.start()
      return config.publicUrl ?? address
    },
    async close() {
      unsubscribe()
      await app.close()
      await actions.stop()
    },
  }
}
