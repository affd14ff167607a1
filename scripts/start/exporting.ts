/** Exports in the background as a part of a process: files in the data folder, with Bull where there is a Redis. */
import { join } from 'node:path'
import { createExportFiles } from '#api/features/exports/export-files.ts'
import { type Exports, createExports } from '#api/features/exports/exports.ts'
import { createDescriptors } from '#api/features/metrics/descriptors.ts'
import { createPeople } from '#api/features/people/people.ts'
import { createBullQueue } from '#api/jobs/bull.ts'
import { createInProcessQueue } from '#api/jobs/in-process.ts'
import { signingKey } from '#api/state/signing-key.ts'
import type { State } from '#api/state/state.ts'
import type { Door } from '#transforms/query/door.ts'
import type { Log } from './log.ts'

type Options = {
  readonly redisUrl: string | undefined
  readonly data: string
  readonly state: State
  readonly door: Door
  readonly log: Log
}

const SWEEP_MS = 10_000

export function createExporting({ redisUrl, data, state, door, log }: Options): Exports {
  const onFailure = (id: string, error: unknown): void =>
    log.error({ err: error, export: id }, 'exports: one was left; it is begun again')
  const queue =
    redisUrl === undefined
      ? createInProcessQueue({ onFailure })
      : createBullQueue({
          redisUrl,
          name: 'exports',
          onFailure,
          onError: (error) => log.warn({ err: error }, 'exports: Redis is away; due work is found by sweeping'),
        })
  return createExports({
    knex: state.knex,
    people: createPeople(state.knex),
    door,
    descriptors: async () => createDescriptors(await signingKey(state.knex, 'descriptors')),
    files: createExportFiles(join(data, 'exports')),
    queue,
    now: () => new Date(),
    sweepEveryMs: SWEEP_MS,
    log,
  })
}
