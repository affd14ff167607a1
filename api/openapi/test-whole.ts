/** For tests: the app with every route there is, also those that are composed outside. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppOptions } from '../app.ts'
import { createExportFiles } from '../features/exports/export-files.ts'
import { exportRoutes } from '../features/exports/routes.ts'
import { createDescriptors } from '../features/metrics/descriptors.ts'
import { reportRoutes } from '../features/reports/routes.ts'
import { aNumbers, definitions } from '../features/reports/sample.ts'
import { createInProcessQueue } from '../jobs/in-process.ts'
import { createFileMailer } from '../mail/mailer.ts'
import { createPeople } from '../features/people/people.ts'
import { signingKey } from '../state/signing-key.ts'
import { openTestState } from '../test-state.ts'
import { type TestApp, aDoor, openTestApp } from '../test-app.ts'

const notHere = () => Promise.reject(new Error('not here'))
/** Doors by which nothing can be sent. */
export const noIngest: NonNullable<AppOptions['ingest']> = {
  source: { accept: notHere, acceptOnce: notHere },
  webhooks: { has: () => false, receive: notHere },
}

export async function openWholeApp(options: Partial<Omit<AppOptions, 'config'>> = {}): Promise<TestApp> {
  const { state = await openTestState() } = options
  const reports = reportRoutes({
    knex: state.knex,
    people: createPeople(state.knex),
    numbers: aNumbers(),
    definitions,
    mailer: createFileMailer(join(tmpdir(), 'orderlens-no-mail')),
    from: { name: 'Orderlens', address: 'reports@example.com' },
    baseUrl: 'https://lens.example.com',
    now: () => new Date(),
    queue: createInProcessQueue({ onFailure: () => undefined }),
    wake: () => undefined,
  })
  const exports = exportRoutes({
    knex: state.knex,
    door: options.door ?? aDoor(),
    descriptors: async () => createDescriptors(await signingKey(state.knex, 'descriptors')),
    files: createExportFiles(join(tmpdir(), 'orderlens-no-exports')),
    queue: createInProcessQueue({ onFailure: () => undefined }),
    now: () => new Date(),
  })
  return openTestApp({ ingest: noIngest, ...options, state, features: [reports, exports, ...(options.features ?? [])] })
}
