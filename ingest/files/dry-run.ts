/**
 * What an import would do, without doing it: the same reading, the same mapping and the same checks as the derivation of
 * landed rows, in an engine of its own. No warehouse is opened and nothing is written outside a folder that is removed.
 */
import { rm, writeFile } from 'node:fs/promises'
import { derivations } from '../derive/relations.ts'
import { parseSelect } from '../derive/statements.ts'
import type { Mapping } from '../mappings/mapping.ts'
import type { S3Config } from './config.ts'
import type { FileEngine } from './engine.ts'
import { FileError, shown } from './errors.ts'
import { CHUNK, type FileImport } from './import-files.ts'
import type { InputFile } from './locate.ts'
import { type Prepared, inspect, prepare } from './prepare.ts'
import { encodeRow } from './row-binary.ts'
import { type Row, readChunks } from './rows.ts'
import type { Spool } from './spool.ts'

export type MappedEvent = {
  readonly file: string
  readonly row: number
  readonly type: string
  readonly time: string
  readonly subject: string
  readonly id: string
  readonly source: string
  readonly data: Readonly<Record<string, unknown>>
}

export type Problem = {
  readonly reason: string
  readonly detail: string
  readonly count: number
  /** The first of them, as file and row. */
  readonly places: readonly string[]
  readonly sample: string
}

export type DryRun = {
  readonly rows: number
  /** Rows whose first outcome is an event, a dead letter, or that do not concern orders: together they are all rows. */
  readonly asEvents: number
  readonly asDeadLetters: number
  readonly setAside: number
  readonly events: number
  /** Events told by more than one row: only one copy counts. Null when there are too many to compare. */
  readonly repeated: number | null
  readonly types: readonly { readonly type: string; readonly count: number }[]
  readonly concerns: readonly { readonly kind: string; readonly count: number }[]
  readonly firstEvents: readonly MappedEvent[]
  readonly problems: readonly Problem[]
}

export type DryRunDeps = {
  readonly engine: FileEngine
  readonly spool: Spool
  readonly s3: S3Config
  readonly mappings: readonly Mapping[]
  readonly signal?: AbortSignal
  readonly onRows?: (rows: number) => void
  readonly onNote?: (note: string) => void
}

const SHOWN_EVENTS = 20
const SHOWN_PLACES = 3
/** Identities are kept to be compared: eight bytes each. */
const COMPARED = 20_000_000

export async function dryRun(work: FileImport, deps: DryRunDeps): Promise<DryRun> {
  for (const file of work.files) await inspect(file)
  const checker = createChecker(work.format, deps)
  const tally = createTally()
  try {
    for (const file of work.files)
      if (tally.rows() < (work.limit ?? Infinity)) await look(file, work, deps, checker, tally)
  } catch (cause) {
    if (deps.signal?.aborted === true) throw new FileError('STOPPED', 'stopped. Nothing was written.', { cause })
    throw cause
  }
  return tally.result(await checker.repeated())
}

async function look(
  file: InputFile,
  work: FileImport,
  deps: DryRunDeps,
  checker: ReturnType<typeof createChecker>,
  tally: ReturnType<typeof createTally>,
): Promise<void> {
  const { engine, spool, s3, signal } = deps
  const prepared = await prepare(file, { engine, spool, s3, options: work.options, ...(signal && { signal }) })
  try {
    for (const note of prepared.notes) deps.onNote?.(note)
    for await (const { rows } of readChunks(prepared, CHUNK, 0, (work.limit ?? Infinity) - tally.rows())) {
      signal?.throwIfAborted()
      tally.add(file.shownAs, rows.length, await checker.check(rows, SHOWN_EVENTS))
      deps.onRows?.(tally.rows())
    }
  } finally {
    await prepared.discard()
  }
}

/** Refuses a mapping whose statement fails or gives other columns, before anything lands. */
export function checkMapping(format: string, deps: Pick<DryRunDeps, 'engine' | 'spool' | 'mappings'>) {
  const checker = createChecker(format, deps)
  return async (prepared: Prepared): Promise<void> => {
    for await (const { rows } of readChunks(prepared, { rows: 100, bytes: CHUNK.bytes }, 0, 100))
      await checker.check(rows, 0)
  }
}

type Found = {
  readonly counts: { events: number; asEvents: number; asDeadLetters: number }
  readonly types: { type: string; n: number }[]
  readonly concerns: { kind: string; n: number }[]
  readonly problems: { reason: string; likeness: string; detail: string; n: number; rows: number[]; sample: string }[]
  readonly events: Record<string, unknown>[]
}

/** What makes details of the same kind alike: numbers, quoted text and what was found are left out. */
const LIKENESS = `replaceRegexpAll(fault_detail, '(found|starts with:?) .*|"[^"]*"|[0-9]+', '#')`

function createChecker(format: string, { engine, spool, mappings }: Pick<DryRunDeps, 'engine' | 'spool' | 'mappings'>) {
  const derivation = derivations(mappings).get(format)
  if (derivation === undefined) throw new FileError('MAPPING', `there is no mapping for the format ${shown(format)}`)
  const raw = `select 'import/${format}/dry-run' as topic, toUInt16(0) as partition, '' as epoch, offset, 'dry-run' as batch_id,
    '${format}' as format, now64(3, 'UTC') as landed_at, '' as key, headers, value
    from file({path:String}, 'RowBinary', 'offset UInt64, headers String, value String')`
  const table = 'dry_run_rows'
  const ids = 'dry_run_ids'
  let isFirst = true

  const judge = async (path: string, wanted: number): Promise<Found> => {
    await engine.rows(`drop temporary table if exists ${table}`)
    try {
      const select = `select * except (value, key, topic, partition, epoch, batch_id, format, landed_at), substringUTF8(toValidUTF8(value), 1, 300) as sample from (${parseSelect(derivation.messages(raw))})`
      const bound = derivation.references === undefined ? { path } : { path, refs: [''], orders: [''] }
      await engine.rows(`create temporary table ${table} engine = Memory as ${select}`, bound)
    } catch (cause) {
      const words = shown((cause as Error).message.replace(/^Code: \d+\. DB::Exception: /, ''), 400)
      throw new FileError('MAPPING', `the mapping ${format} does not run: ${words}`, { cause })
    }
    if (isFirst) {
      await engine.rows(`drop temporary table if exists ${ids}`)
      await engine.rows(`create temporary table ${ids} (id UInt64) engine = Memory`)
    }
    isFirst = false
    const [counts] = await engine.rows(
      `select toUInt32(countIf(fault = '')) as events, toUInt32(uniqExactIf(offset, ordinal = 0 and fault = '')) as asEvents, toUInt32(uniqExactIf(offset, ordinal = 0 and fault != '')) as asDeadLetters from ${table}`,
    )
    await engine.rows(`insert into ${ids} select cityHash64(e_source, e_id) from ${table} where fault = ''`)
    return {
      counts: counts as Found['counts'],
      types: (await engine.rows(
        `select event_name as type, toUInt32(count()) as n from ${table} where fault = '' group by type`,
      )) as Found['types'],
      concerns:
        derivation.setAside === undefined
          ? []
          : ((await engine.rows(
              `select kind, toUInt32(count()) as n from (${derivation.setAside(raw)}) group by kind`,
              { path },
            )) as Found['concerns']),
      problems: (await engine.rows(
        `select fault as reason, ${LIKENESS} as likeness, argMin(fault_detail, offset) as detail, toUInt32(count()) as n,
            arrayMap(o -> toUInt32(o), arraySlice(arraySort(groupUniqArray(offset)), 1, ${SHOWN_PLACES})) as rows, argMin(sample, offset) as sample
          from ${table} where fault != '' group by reason, likeness order by n desc limit 1000`,
      )) as Found['problems'],
      events:
        wanted === 0
          ? []
          : await engine.rows(`select * from ${table} where fault = '' order by offset, ordinal limit ${wanted}`),
    }
  }

  return {
    async check(rows: readonly Row[], wanted: number): Promise<Found> {
      const path = spool.next('rows')
      try {
        await writeFile(path, Buffer.concat(rows.flatMap(encodeMessage)))
        return await judge(path, wanted)
      } finally {
        await rm(path, { force: true })
      }
    },
    /** Events that were told before, among all that were looked at; null when there are too many to compare. */
    async repeated(): Promise<number | null> {
      if (isFirst) return 0
      const [row] = await engine.rows(
        `select toUInt32(if(count() > ${COMPARED}, 4294967295, count() - uniqExact(id))) as n from ${ids}`,
      )
      return row?.['n'] === 4_294_967_295 ? null : Number(row?.['n'] ?? 0)
    },
  }
}

function encodeMessage({ number, value, problem }: Row): Buffer[] {
  return encodeRow(BigInt(number), problem === '' ? '' : JSON.stringify({ problem }), value)
}

function createTally() {
  const sum = { rows: 0, asEvents: 0, asDeadLetters: 0, setAside: 0, events: 0 }
  const types = new Map<string, number>()
  const concerns = new Map<string, number>()
  const problems = new Map<string, Problem>()
  const firstEvents: MappedEvent[] = []

  return {
    rows: () => sum.rows,
    add(file: string, rows: number, found: Found): void {
      sum.rows += rows
      for (const name of ['events', 'asEvents', 'asDeadLetters'] as const) sum[name] += found.counts[name]
      for (const { type, n } of found.types) types.set(type, (types.get(type) ?? 0) + n)
      for (const { kind, n } of found.concerns) {
        concerns.set(kind, (concerns.get(kind) ?? 0) + n)
        sum.setAside += n
      }
      for (const { reason, likeness, detail, n, rows: places, sample } of found.problems) {
        const before = problems.get(`${reason}\n${likeness}`)
        const here = places.map((row) => `${file}:${row}`)
        problems.set(`${reason}\n${likeness}`, {
          reason,
          detail: before?.detail ?? detail,
          count: (before?.count ?? 0) + n,
          places: [...(before?.places ?? []), ...here].slice(0, SHOWN_PLACES),
          sample: before?.sample ?? sample,
        })
      }
      for (const event of found.events) if (firstEvents.length < SHOWN_EVENTS) firstEvents.push(eventOf(file, event))
    },
    result: (repeated: number | null): DryRun => ({
      ...sum,
      repeated,
      types: [...types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
      concerns: [...concerns].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
      firstEvents,
      problems: [...problems.values()].sort((a, b) => b.count - a.count),
    }),
  }
}

function eventOf(file: string, row: Record<string, unknown>): MappedEvent {
  const data = Object.entries(row)
    .filter(([name, value]) => name.startsWith('d_') && value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name.slice(2), value])
  const text = (name: string): string => String(row[name] ?? '')
  return {
    file,
    row: Number(row['offset']),
    type: text('event_name'),
    time: text('occurred'),
    subject: text('e_subject'),
    id: text('e_id'),
    source: text('e_source'),
    data: Object.fromEntries(data) as Record<string, unknown>,
  }
}
