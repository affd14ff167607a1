/** What could not become an event: in groups, message by message, and the bytes of one message. */
import { z } from 'zod'
import type { NamedQuery, QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { INSTANT } from './fragments.ts'
import { countCell, instantCell } from './health-cells.ts'
import { type Place, type SortKey, afterOf, keyColumns, orderOf, pageOf } from './keyset.ts'
import { usedParameters } from './parameters.ts'

export type DeadLetterFilter = {
  readonly reason?: string | undefined
  readonly topic?: string | undefined
  readonly format?: string | undefined
  readonly path?: string | undefined
  /** True for those that a later derivation cured. */
  readonly cured: boolean
}
export type DeadLetterGroup = {
  reason: string
  topic: string
  format: string
  path: string
  n: number
  first_seen: string
  last_seen: string
  /** What was wrong with the latest of them. */
  detail: string
  latest: MessagePlace
}
export type MessagePlace = { topic: string; partition: number; epoch: string; offset: string }
export type DeadLetter = MessagePlace & {
  ordinal: number
  format: string
  reason: string
  path: string
  detail: string
  landed_at: string
  derived_at: string
}
export type DeadLetters = {
  open: number
  cured: number
  /** Groups in all; the largest are told. */
  total_groups: number
  groups: DeadLetterGroup[]
  reasons: { reason: string; n: number }[]
  topics: { topic: string; n: number }[]
  formats: { format: string; n: number }[]
}
export type DeadLetterPage = { total: number; rows: DeadLetter[]; next: Place | null }
/** The bytes as base64: they may be anything. Cut where they are longer than is read at once. */
export type RawMessage = MessagePlace & {
  format: string
  batch_id: string
  headers: string
  key: string
  value: string
  value_bytes: number
  broker_at: string
  landed_at: string
}

const MOST_GROUPS = 200
const MOST_BYTES = 65_536

const SELECTED = {
  reason: 'reason = {reason:String}',
  topic: 'topic = {topic:String}',
  format: 'format = {format:String}',
  path: 'path = {path:String}',
} as const
const names = Object.keys(SELECTED) as (keyof typeof SELECTED)[]

function conditionOf(filter: DeadLetterFilter, without?: keyof typeof SELECTED): string {
  const given = names.filter((name) => name !== without && filter[name] !== undefined)
  return [`is_cured = ${filter.cured ? 1 : 0}`, ...given.map((name) => SELECTED[name])].join(' and ')
}

const totals = {
  name: 'dead letters in all',
  sql: 'select countIf(is_cured = 0) as open, countIf(is_cured = 1) as cured from dead_letters final',
  row: z.object({ open: countCell, cured: countCell }),
}

const byReason = {
  name: 'dead letters by reason',
  sql: 'select reason, count() as n from dead_letters final where is_cured = 0 group by reason order by n desc, reason limit 100',
  row: z.object({ reason: z.string(), n: countCell }),
}

const groupRow = z.object({
  reason: z.string(),
  topic: z.string(),
  format: z.string(),
  path: z.string(),
  n: countCell,
  first_seen: instantCell,
  last_seen: instantCell,
  latest: z.tuple([z.string(), z.number(), z.string(), z.string()]),
  total_groups: countCell,
})

const LATEST_FIRST: readonly SortKey[] = [
  { expression: 'd.landed_at', type: INSTANT, descending: true },
  { expression: 'd.topic', type: 'String' },
  { expression: 'd.partition', type: 'Int64' },
  { expression: 'd.epoch', type: 'String' },
  { expression: 'd.offset', type: 'UInt64' },
  { expression: 'd.ordinal', type: 'Int64' },
]

/** The narrow columns first: details are read for the groups that are told, not for every letter. */
const groupsSql = (
  where: string,
): string => `select reason, topic, format, path, count() as n, min(d.landed_at) as first_seen, max(d.landed_at) as last_seen,
    argMax((detail, partition, epoch, toString(offset)), (d.landed_at, d.offset)) as latest, count() over () as total_groups
  from dead_letters as d final where ${where}
  group by reason, topic, format, path order by n desc, reason, topic, path limit ${MOST_GROUPS}`

/** Beside the columns: what the row is sorted by. */
const letterRow = z.looseObject({
  topic: z.string(),
  partition: z.number(),
  epoch: z.string(),
  offset: z.string(),
  ordinal: z.number(),
  format: z.string(),
  reason: z.string(),
  path: z.string(),
  detail: z.string(),
  landed_at: instantCell,
  derived_at: instantCell,
})

const message = {
  name: 'bytes of a message',
  sql: `select topic, partition, epoch, toString(offset) as offset, format, batch_id, base64Encode(substring(headers, 1, ${MOST_BYTES})) as headers,
      base64Encode(substring(key, 1, 1024)) as key, base64Encode(substring(r.value, 1, ${MOST_BYTES})) as value,
      length(r.value) as value_bytes, broker_at, landed_at
    from raw_events as r
    where r.topic = {topic:String} and r.partition = {partition:UInt16} and r.epoch = {epoch:String} and r.offset = {offset:UInt64} limit 1`,
  row: z.object({
    topic: z.string(),
    partition: z.number(),
    epoch: z.string(),
    offset: z.string(),
    format: z.string(),
    batch_id: z.string(),
    headers: z.string(),
    key: z.string(),
    value: z.string(),
    value_bytes: countCell,
    broker_at: instantCell,
    landed_at: instantCell,
  }),
}

export type DeadLetterReads = {
  deadLetters(filter: DeadLetterFilter): Promise<DeadLetters>
  /** The latest first; `after` is where the page before ended. */
  deadLetterPage(filter: DeadLetterFilter, page: { limit: number; after?: Place | undefined }): Promise<DeadLetterPage>
  deadByReason(): Promise<{ reason: string; n: number }[]>
  /** Null when nothing has landed there. */
  rawMessage(place: MessagePlace): Promise<RawMessage | null>
}

export function createDeadLetterReads(warehouse: Warehouse): DeadLetterReads {
  const read = <Row>(query: NamedQuery<Row>, params: QueryParams): Promise<Row[]> =>
    warehouse.query(query, usedParameters(query.sql, params))
  /** What else could be chosen for one column while the others stay as they are. */
  const choices = async (column: 'reason' | 'topic' | 'format', filter: DeadLetterFilter) =>
    read(
      {
        name: `dead letters by ${column}`,
        sql: `select ${column} as value, count() as n from dead_letters final where ${conditionOf(filter, column)} group by value order by n desc, value limit 200`,
        row: z.object({ value: z.string(), n: countCell }),
      },
      filter,
    )
  return {
    async deadLetters(filter) {
      const [[all], found, reasons, topics, formats] = await Promise.all([
        read(totals, {}),
        read({ name: 'groups of dead letters', sql: groupsSql(conditionOf(filter)), row: groupRow }, filter),
        choices('reason', filter),
        choices('topic', filter),
        choices('format', filter),
      ])
      return {
        open: all?.open ?? 0,
        cured: all?.cured ?? 0,
        total_groups: found[0]?.total_groups ?? 0,
        groups: found.map(({ latest: [detail, partition, epoch, offset], total_groups: _, ...group }) => ({
          ...group,
          detail,
          latest: { topic: group.topic, partition, epoch, offset },
        })),
        reasons: reasons.map(({ value, n }) => ({ reason: value, n })),
        topics: topics.map(({ value, n }) => ({ topic: value, n })),
        formats: formats.map(({ value, n }) => ({ format: value, n })),
      }
    },
    async deadLetterPage(filter, page) {
      const where = conditionOf(filter)
      const beyond = page.after === undefined ? null : afterOf(LATEST_FIRST, page.after)
      const [found, [all]] = await Promise.all([
        read(
          {
            name: 'a page of dead letters',
            sql: `select topic, partition, epoch, toString(d.offset) as offset, ordinal, format, reason, path, detail, landed_at, derived_at, ${keyColumns(LATEST_FIRST).join(', ')}
              from dead_letters as d final where ${where}${beyond === null ? '' : ` and ${beyond.condition}`}
              order by ${orderOf(LATEST_FIRST)} limit {limit:UInt32}`,
            row: letterRow,
          },
          { ...filter, limit: page.limit + 1, ...beyond?.parameters },
        ),
        read(
          {
            name: 'how many dead letters',
            sql: `select count() as n from dead_letters final where ${where}`,
            row: z.object({ n: countCell }),
          },
          filter,
        ),
      ])
      return { total: all?.n ?? 0, ...pageOf<DeadLetter>(found, page.limit) }
    },
    deadByReason: () => read(byReason, {}),
    async rawMessage({ topic, partition, epoch, offset }) {
      const [found] = await read(message, { topic, partition, epoch, offset })
      return found ?? null
    },
  }
}
