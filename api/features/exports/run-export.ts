/** Makes one file: with the permission and the scope its owner has now, from the start, and never half. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { FastifyBaseLogger } from 'fastify'
import type { Door } from '#transforms/query/door.ts'
import type { Table } from '#transforms/tables/table.ts'
import { streamTable } from '#transforms/tables/formats.ts'
import type { ExportFailure } from '../../contract/exports.ts'
import { may } from '../../contract/permissions.ts'
import type { Person } from '../../contract/session.ts'
import { appendAudit } from '../audit/audit.ts'
import type { People } from '../people/people.ts'
import type { ExportFiles } from './export-files.ts'
import { type ExportRow, claimExport, endExport, holdExport, isWornOut, putBack } from './export-store.ts'

export type RunDeps = {
  readonly knex: Knex
  readonly people: Pick<People, 'byId'>
  readonly door: Pick<Door, 'drillRows'>
  readonly files: ExportFiles
  readonly now: () => Date
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
  /** Between signs of life; progress is told as often. */
  readonly beatMs?: number
  /** This process stops: what is under way is put back. */
  readonly stopping: AbortSignal
}

const BEAT_MS = 1_000
/** Files are kept for a day. */
const KEPT_MS = 86_400_000

/** What was known is being worked out, or others are served first: it waits on. */
const COMES_AGAIN: ReadonlySet<string> = new Set(['PREPARING', 'TOO_BUSY'])

/** Somebody took it away: it was cancelled, or this process was taken for dead. */
class TakenAway extends Error {}

export async function runExport(deps: RunDeps, id: string): Promise<void> {
  const row = await claimExport(deps.knex, id, randomUUID(), deps.now())
  if (row === null) return
  try {
    await make(deps, row)
  } catch (cause) {
    if (cause instanceof TakenAway) return
    if (deps.stopping.aborted || COMES_AGAIN.has(codeOf(cause))) return putBack(deps.knex, row)
    const [failure, detail] = failureOf(cause)
    if (failure === 'internal') deps.log.error({ err: cause, export: id }, 'exports: one failed')
    await fail(deps, row, failure, detail)
  }
}

async function make(deps: RunDeps, row: ExportRow): Promise<void> {
  const { files } = deps
  if (isWornOut(row))
    return fail(deps, row, 'interrupted', 'the process ended three times while it worked on this; ask for less at once')
  const person = await deps.people.byId(row.owner_id)
  if (person === null) return fail(deps, row, 'person_disabled', 'whoever asked for it is disabled')
  if (!may(person, 'orders.export'))
    return fail(deps, row, 'not_allowed', 'whoever asked for it may not export any more')
  await files.refuseFullDisk()
  const told = { rows: 0, bytes: 0 }
  const heart = beat(deps, row, told)
  try {
    const written = await deps.door.drillRows(
      row.drill,
      person.scope,
      (head, pieces) =>
        files.write(
          row.id,
          row.lease_owner ?? row.id,
          counted(streamTable(head, watched(pieces, told, heart.check), row.format), told),
        ),
      row.as_of.toISOString(),
    )
    heart.check()
    await finish(deps, row, { person, told, keep: written.keep })
  } finally {
    heart.stop()
  }
}

/** The file first, then the word that it is there; without the word the file goes again. */
async function finish(
  { knex, files, now }: RunDeps,
  row: ExportRow,
  { person, told, keep }: { person: Person; told: { rows: number; bytes: number }; keep: () => Promise<void> },
): Promise<void> {
  await keep()
  const isOurs = await knex.transaction(async (trx) => {
    const ended = await endExport(trx, row, {
      state: 'done',
      finished_at: now(),
      expires_at: new Date(now().getTime() + KEPT_MS),
      scope: person.scope,
      rows: String(told.rows),
      rows_total: String(told.rows),
      bytes: String(told.bytes),
    })
    if (ended)
      await appendAudit(trx, {
        at: now(),
        person,
        verb: 'export.made',
        subject: `export/${row.id}`,
        detail: { metric: row.metric, format: row.format, rows: told.rows },
      })
    return ended
  })
  if (!isOurs) await files.remove(row.id)
}

async function fail({ knex, now }: RunDeps, row: ExportRow, failure: ExportFailure, detail: string): Promise<void> {
  await endExport(knex, row, { state: 'failed', failure, detail, finished_at: now() })
}

/** Signs of life and progress; `check` throws where the export was taken away, the disk is full or this process stops. */
function beat({ knex, files, now, stopping, beatMs = BEAT_MS }: RunDeps, row: ExportRow, told: Told) {
  let trouble: unknown = null
  let under: Promise<void> | null = null
  const once = async (): Promise<void> => {
    if (!(await holdExport(knex, row, { ...told, now: now() }))) trouble = new TakenAway()
    else await files.refuseFullDisk()
  }
  const timer = setInterval(() => {
    under ??= once()
      .catch((cause: unknown) => (trouble ??= cause))
      .then(() => void (under = null))
  }, beatMs)
  return {
    check() {
      stopping.throwIfAborted()
      if (trouble !== null) throw trouble
    },
    stop: () => clearInterval(timer),
  }
}

type Told = { rows: number; bytes: number }

async function* watched(
  pieces: AsyncIterable<Table['rows']>,
  told: Told,
  check: () => void,
): AsyncGenerator<Table['rows']> {
  for await (const rows of pieces) {
    check()
    yield rows
    told.rows += rows.length
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, told: Told): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk
    told.bytes += chunk.length
  }
}

const codeOf = (cause: unknown): string => String((cause as { code?: unknown } | null)?.code ?? '')

/** What the engine and the disk say, in words for whoever asked; the rest is for the log. */
function failureOf(cause: unknown): [ExportFailure, string] {
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return ['disk_full', 'the disk for exports is full; ask an administrator to make room, then export again']
    case 'TIMEOUT':
      return ['timed_out', 'this took too long; ask for a shorter window']
    case 'OVERLOADED':
    case 'VALUE_TOO_LARGE':
    case 'TOO_MUCH_KNOWN':
      return ['too_large', 'this is more than the engine can hold; ask for a shorter window']
    case 'UNREACHABLE':
      return ['unavailable', 'the data could not be reached; export again shortly']
    case 'UNKNOWN_METRIC':
    case 'UNKNOWN_DIMENSION':
    case 'UNKNOWN_NAME':
    case 'INVALID_REQUEST':
    case 'NOTHING_KNOWN':
    case 'SCOPE_TOO_NARROW':
      return ['refused', (cause as Error).message.slice(0, 500)]
    default:
      return ['internal', 'something went wrong here; the log has the details']
  }
}
