/** What a format's real payloads must become: its `golden.yml`, and the run of its mapping over them. For tests. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type EngineSession, openSession } from '#warehouse/connect.ts'
import { type CanonicalEvent, parseEvent } from '../contracts/index.ts'
import { type Mapping, PART_PROBLEM } from './mapping.ts'

/** A message as a source lands it; the key is the name of the endpoint it came to. */
export type Payload = { readonly value: string | Buffer; readonly headers?: Readonly<Record<string, string>> }

/** What one message became: exactly one of events, concerns and problem says so. */
export type Mapped = {
  readonly events: readonly MappedEvent[]
  readonly concerns: string
  readonly problem: string
  /** Outcomes the contracts refuse, and other breaches of what a mapping promises; always a fault of the mapping. */
  readonly faults: readonly string[]
}

export type MappedEvent = {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly source: string
  readonly data: Readonly<Record<string, unknown>>
}

/** `type`, `order` (or `subject` for an order that is looked up), `id`, `time`, `source`; every other name is a data field. */
const expectedEvent = z.looseObject({
  type: z.string(),
  order: z.union([z.string(), z.int()]).optional(),
  subject: z.string().optional(),
  id: z.string().optional(),
  time: z.string().optional(),
  source: z.string().optional(),
})
const expectation = z
  .strictObject({
    headers: z.record(z.string(), z.string()).optional(),
    events: z.array(expectedEvent).min(1).optional(),
    concerns: z.string().optional(),
    problem: z.string().optional(),
  })
  .refine(
    ({ events, concerns, problem }) => [events, concerns, problem].filter((part) => part !== undefined).length === 1,
    'exactly one of events, concerns and problem says what becomes of a payload',
  )
/** One expectation per file, or several that differ in their headers. */
const goldenFile = z.record(z.string(), z.union([expectation, z.array(expectation).min(1)]))

export type Expectation = z.infer<typeof expectation>
export type Case = { readonly file: string; readonly expected: Expectation; readonly payload: Payload }

/** The cases of a folder of payloads, with the names that are on one side only. */
export function readGolden(golden: string, fixtures: string): { cases: Case[]; unlisted: string[]; absent: string[] } {
  const expected = goldenFile.parse(parse(readFileSync(golden, 'utf8')))
  const files = readdirSync(fixtures)
  const cases = Object.entries(expected)
    .filter(([file]) => existsSync(join(fixtures, file)))
    .flatMap(([file, one]) => [one].flat().map((item) => ({ file, expected: item })))
    .map(({ file, expected: item }) => ({
      file,
      expected: item,
      payload: { value: readFileSync(join(fixtures, basename(file))), headers: item.headers ?? {} },
    }))
  return {
    cases,
    unlisted: files.filter((file) => expected[file] === undefined),
    absent: Object.keys(expected).filter((file) => !files.includes(file)),
  }
}

/** Runs a mapping on the embedded engine without any table; answers come in the order of the payloads. */
export function openMapper(): {
  map(mapping: Mapping, payloads: readonly Payload[]): Promise<Mapped[]>
  close(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-mapping-'))
  const session = openSession(join(folder, 'engine'))
  return {
    map: (mapping, payloads) => run(session, join(folder, 'payloads.ndjson'), mapping, payloads),
    close() {
      session.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

const mappedRow = z.object({
  topic: z.string(),
  key: z.string(),
  outcomes: z.array(z.string()),
  concerns: z.string(),
  problem: z.string(),
})

async function run(
  session: EngineSession,
  file: string,
  mapping: Mapping,
  payloads: readonly Payload[],
): Promise<Mapped[]> {
  const lines = payloads.map(({ value, headers = {} }, offset) =>
    JSON.stringify({ offset, headers: JSON.stringify(headers), value: Buffer.from(value).toString('base64') }),
  )
  writeFileSync(file, lines.join('\n'))
  // The columns of raw_events; bytes travel as base64, so that what is no UTF-8 arrives as it is.
  const messages = `select cast('webhooks' as LowCardinality(String)) as topic, toUInt16(0) as partition, cast('1' as LowCardinality(String)) as epoch,
    toUInt64(o) as offset, 'batch-1' as batch_id, cast('${mapping.format}' as LowCardinality(String)) as format,
    toDateTime64('2026-01-01 00:00:00', 3, 'UTC') as landed_at, 'test' as key, h as headers, base64Decode(v) as value
    from (select offset as o, headers as h, value as v from file('${file}', 'JSONEachRow', 'offset UInt64, headers String, value String'))`
  const statement = `select topic, toString(key) as key, outcomes, concerns, problem from (${mapping.render(messages)}) order by offset`
  const { bytes } = await session.run(statement, { format: 'JSONEachRow' })
  const rows = bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => mappedRow.parse(JSON.parse(line)))
  if (rows.length !== payloads.length)
    throw new Error(`${mapping.format}: expected one row per message (${payloads.length}), found ${rows.length}`)
  return rows.map(mapped)
}

function mapped({ outcomes, concerns, problem }: z.infer<typeof mappedRow>): Mapped {
  // A problem wins: outcomes beside it never become events.
  const told = problem === '' ? outcomes : []
  const judged = told
    .filter((text) => !isPartProblem(text))
    .map((text) => ({ text, outcome: parseEvent(withResolvedOrder(text)) }))
  const faults = [
    ...judged.flatMap(({ text, outcome }) =>
      outcome.kind === 'rejected' ? [`${outcome.reason}: ${outcome.detail} in ${text}`] : [],
    ),
    ...told.filter(isPartProblem),
  ]
  const events = judged.flatMap(({ text, outcome }) =>
    outcome.kind === 'accepted' ? [mappedEvent(text, outcome.value)] : [],
  )
  const ids = events.map(({ id }) => id)
  if (new Set(ids).size !== ids.length) faults.push(`one message gives an event id twice: ${ids.join(', ')}`)
  if (problem === '' && concerns === '' && outcomes.length === 0) faults.push('no events, and no word why')
  if (problem !== '' && !new RegExp(PART_PROBLEM).test(problem))
    faults.push(`a problem is "reason: words", found "${problem}"`)
  return { events, concerns, problem, faults }
}

/** An outcome that says why a part of the message is none. */
const isPartProblem = (text: string): boolean => new RegExp(PART_PROBLEM).test(text)

/** The deriver looks up an order that is named by something else before the contracts are asked. */
function withResolvedOrder(text: string): string {
  const { subject } = subjectOf(text)
  const value = /^lookup\/(?:order|payment|tracking|shipment|refund)\/(.+)$/s.exec(subject)?.[1]
  return value === undefined ? text : JSON.stringify({ ...(JSON.parse(text) as object), subject: `order/${value}` })
}

const subjectSchema = z.object({ subject: z.string().default('') }).catch({ subject: '' })

function subjectOf(text: string): { subject: string } {
  try {
    return subjectSchema.parse(JSON.parse(text))
  } catch {
    return { subject: '' } // the contracts will say that it is no JSON
  }
}

function mappedEvent(text: string, { type, envelope }: CanonicalEvent): MappedEvent {
  const { id, time, source, data } = envelope
  return { id, type, subject: subjectOf(text).subject, time, source, data }
}

/** The part of an event that its expectation speaks of, in the same shape, for a readable difference. */
export function asExpected(event: MappedEvent | undefined, expected: z.infer<typeof expectedEvent>): object {
  if (event === undefined) return {}
  const known: Record<string, unknown> = { ...event, order: event.subject.replace(/^order\//, '') }
  return Object.fromEntries(
    Object.keys(expected).map((name) => [name, name in known && name !== 'data' ? known[name] : event.data[name]]),
  )
}

/** What one message became, in a few words: `type subject` of its events and what is wrong with them, or why there are none. */
export function inBrief({ events, concerns, problem, faults }: Mapped): string[] {
  if (problem !== '') return [`problem ${problem.split(':')[0]}`]
  if (concerns !== '') return [`concerns ${concerns}`]
  const refused = faults.map((fault) => fault.split(' in {')[0] ?? '')
  return [...events.map(({ type, subject }) => `${type} ${subject}`), ...refused]
}
