/** Scheduled reports as a part of a process: by mail server or as files, with Bull where there is a Redis. */
import { join } from 'node:path'
import { z } from 'zod'
import type { ApiConfig } from '#api/config.ts'
import { createPeople } from '#api/features/people/people.ts'
import type { Outgoing } from '#api/features/people/reset.ts'
import { createReports } from '#api/features/reports/reports.ts'
import { seedDemoReport } from '#api/features/reports/seed.ts'
import { createBullQueue } from '#api/jobs/bull.ts'
import { createInProcessQueue } from '#api/jobs/in-process.ts'
import { loadConfig as loadMailConfig } from '#api/mail/config.ts'
import { createFileMailer } from '#api/mail/mailer.ts'
import { createSmtpMailer } from '#api/mail/smtp.ts'
import type { State } from '#api/state/state.ts'
import { loadReportDefinitions } from '#dashboards/load.ts'
import type { Door } from '#transforms/query/door.ts'
import type { Log } from './log.ts'
import type { Terminal } from './terminal.ts'

export const jobsEnvSchema = z.object({
  /** Redis that carries ids of due work; empty = in this process. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
})

export type Reporting = {
  readonly redisUrl: string | undefined
  readonly redisAwaySince: () => Date | null
  readonly routes: ReturnType<typeof createReports>['routes']
  /** What other mails go out by. */
  readonly mail: Outgoing
  start(): void
  stop(): Promise<void>
}

type Options = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly data: string
  readonly state: State
  readonly door: Door
  readonly apiConfig: ApiConfig
  readonly log: Log
  readonly isSending: boolean
  readonly terminal: Terminal
}

const SWEEP_EMBEDDED_MS = 10_000
const SWEEP_WITH_QUEUE_MS = 30_000

export async function createReporting({
  env,
  data,
  state,
  door,
  apiConfig,
  log,
  isSending,
  terminal,
}: Options): Promise<Reporting> {
  const mail = loadMailConfig(env)
  const { REDIS_URL: redisUrl } = jobsEnvSchema.parse(
    env['REDIS_URL'] === undefined || env['REDIS_URL'] === '' ? {} : { REDIS_URL: env['REDIS_URL'] },
  )
  const onFailure = (id: string, error: unknown): void =>
    log.error({ err: error, occurrence: id }, 'reports: an occurrence failed; it is tried again')
  const queue =
    redisUrl === undefined
      ? createInProcessQueue({ onFailure })
      : createBullQueue({
          redisUrl,
          name: 'reports',
          onFailure,
          onError: (error) => log.warn({ err: error }, 'reports: Redis is away; due work is found by sweeping'),
        })
  const mailer = mail.smtpUrl === null ? createFileMailer(join(data, 'mail')) : createSmtpMailer(mail.smtpUrl)
  const baseUrl = apiConfig.publicUrl ?? `http://${apiConfig.host}:${apiConfig.port}`
  const reports = createReports({
    knex: state.knex,
    people: createPeople(state.knex),
    numbers: door,
    definitions: loadReportDefinitions(),
    baseUrl,
    mailer,
    from: mail.from,
    now: () => new Date(),
    queue,
    sweepEveryMs: redisUrl === undefined ? SWEEP_EMBEDDED_MS : SWEEP_WITH_QUEUE_MS,
    log,
  })
  await terminal.part(
    'jobs',
    () => Promise.resolve(),
    () =>
      `${redisUrl === undefined ? 'in this process' : 'Bull on Redis'}, mail ${mailer.kind === 'file' ? 'as .eml files' : 'by SMTP'}`,
  )
  return {
    redisUrl,
    redisAwaySince: queue.awaySince,
    routes: reports.routes,
    mail: { mailer, from: mail.from, baseUrl },
    start() {
      if (apiConfig.demo)
        seedDemoReport(state.knex, new Date()).catch((error: unknown) =>
          log.error({ err: error }, 'reports: the demo report could not be added'),
        )
      if (isSending) reports.start()
    },
    async stop() {
      await reports.stop()
      mailer.close()
    },
  }
}
