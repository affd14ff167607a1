/** Incidents, each from those of its members that the caller may see; and how what was observed stood to what is usual. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type QueueRow, CORE, PLACE } from './anomalies.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import { type Row, toRow } from './entity-row.ts'
import { INSTANT } from './fragments.ts'
import { type IncidentRow, IS_OVER, compileIncidents, membersSeen, toIncident } from './incident-row.ts'
import { type Place, type SortKey, afterOf, keyColumns, orderOf, pageOf } from './keyset.ts'
import { param } from './knex.ts'
import { engineInstant, scopeParameters, usedParameters } from './parameters.ts'
import { type RowScope, seesAll } from './request.ts'

/** A piece of a day of the incident's cause. `expected` is null where nothing happened that could be compared. */
export type IncidentBlock = {
  from: string
  to: string
  observed: number
  expected: number | null
  at_most: number | null
  is_hot: boolean
}
/** What joined and left in an hour, and how many members were open at its end. */
export type IncidentHour = { at: string; joined: number; left: number; open: number }
export type Incident = IncidentRow & { blocks: IncidentBlock[]; hours: IncidentHour[] }
export type IncidentState = 'open' | 'resolved' | 'all'
export type MembersRequest = {
  readonly state: IncidentState
  readonly limit: number
  /** The place at which the page before ended. */
  readonly after?: Place | undefined
}
export type MembersPage = { rows: QueueRow[]; next: Place | null }

export type IncidentReads = {
  /** What goes on before what is over, then by what is worst and largest. */
  incidents(request: { state: IncidentState; limit: number }, scope: RowScope): Promise<IncidentRow[]>
  /** Null when there is none of that id among what the caller may see. */
  incident(id: string, scope: RowScope): Promise<Incident | null>
  /** The latest first. */
  incidentMembers(id: string, request: MembersRequest, scope: RowScope): Promise<MembersPage>
}

const ID = param('incident_id', 'String')
const LATEST_FIRST: readonly SortKey[] = [
  { expression: 'opened_at', type: INSTANT, descending: true },
  { expression: 'anomaly_id', type: 'String' },
]
const DAY_MS = 86_400_000
const BLOCKS = `select block_at, ends_at, observed, expected, at_most, is_hot from incident_blocks final
  where anomaly_type = {anomaly_type:String} and cause_kind = {cause_kind:String} and cause = {cause:String}
    and block_at >= {from:DateTime64(3, 'UTC')} and block_at < {to:DateTime64(3, 'UTC')}
  order by block_at limit 1000`
/** Members twice: as they joined, and as they left. */
const changesSeen = (scope: RowScope): Pick<RowRead, 'relation' | 'scope'> => ({
  ...membersSeen(scope),
  relation: `(select *, arrayJoin(arrayFilter(c -> c.1 is not null, [(toNullable(opened_at), 1), (resolved_at, -1)])) as change from incident_member_current)`,
})

export function createIncidentReads(warehouse: Warehouse, dataAsOf: () => Promise<string>): IncidentReads {
  const read = async (sql: string, scope: RowScope, values: Record<string, unknown>): Promise<Row[]> =>
    (await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), ...values }))).map(toRow)

  const list = async (
    conditions: readonly string[],
    scope: RowScope,
    values: { limit: number; incident_id?: string },
  ): Promise<{ row: Row; incident: IncidentRow }[]> => {
    const asOf = await dataAsOf()
    const rows = await read(compileIncidents(conditions, scope), scope, { ...values, as_of: engineInstant(asOf) })
    return rows.map((row) => ({ row, incident: toIncident(row, scope, asOf) }))
  }

  /** How many of others' orders there are is not for who may not see them. */
  const blocksOf = async (row: Row, scope: RowScope): Promise<IncidentBlock[]> => {
    if (!seesAll(scope)) return []
    const { anomaly_type, cause_kind, cause } = row
    const from = Date.parse(String(row['starts_at'])) - 2 * DAY_MS
    const to = Date.parse(String(row['stops_at'])) + DAY_MS
    const found = await warehouse.queryRows(BLOCKS, {
      anomaly_type,
      cause_kind,
      cause,
      from: engineInstant(new Date(from).toISOString()),
      to: engineInstant(new Date(to).toISOString()),
    })
    return withQuietBlocks(found.map(toRow), from, Math.min(to, Date.parse(await dataAsOf())))
  }

  const hoursOf = async (id: string, scope: RowScope): Promise<IncidentHour[]> => {
    const sql = compileRows(
      {
        ...changesSeen(scope),
        columns: [
          'toUnixTimestamp(toStartOfHour(assumeNotNull(change.1))) as hour_s',
          'countIf(change.2 = 1) as joined',
          'countIf(change.2 = -1) as gone',
        ],
        conditions: [`incident_id = ${ID}`],
        tail: 'group by hour_s order by hour_s limit 2000',
      },
      scope,
    )
    let open = 0
    return (await read(sql, scope, { incident_id: id })).map((row) => {
      open += Number(row['joined']) - Number(row['gone'])
      const at = new Date(Number(row['hour_s']) * 1000).toISOString()
      return { at, joined: Number(row['joined']), left: Number(row['gone']), open }
    })
  }

  return {
    async incidents({ state, limit }, scope) {
      const conditions = { open: [`not ${IS_OVER}`], resolved: [IS_OVER], all: [] }[state]
      return (await list(conditions, scope, { limit })).map(({ incident }) => incident)
    },
    async incident(id, scope) {
      const [found] = await list([`incident_id = ${ID}`], scope, { limit: 1, incident_id: id })
      if (found === undefined) return null
      const [blocks, hours] = await Promise.all([blocksOf(found.row, scope), hoursOf(id, scope)])
      return { ...found.incident, blocks, hours }
    },
    async incidentMembers(id, { state, limit, after }, scope) {
      const beyond = after === undefined ? null : afterOf(LATEST_FIRST, after)
      const sql = compileRows(
        {
          ...membersSeen(scope),
          columns: [...CORE, ...PLACE, ...keyColumns(LATEST_FIRST)],
          conditions: [
            `incident_id = ${ID}`,
            ...{ open: ['resolved_at is null'], resolved: ['resolved_at is not null'], all: [] }[state],
            ...(beyond === null ? [] : [beyond.condition]),
          ],
          order: orderOf(LATEST_FIRST),
          tail: `limit ${param('limit', 'UInt32')}`,
        },
        scope,
      )
      return pageOf(await read(sql, scope, { incident_id: id, limit: limit + 1, ...beyond?.parameters }), limit)
    },
  }
}

/** Pieces in which nothing happened have no row; they are none the less, up to `toMs`. */
function withQuietBlocks(rows: readonly Row[], fromMs: number, toMs: number): IncidentBlock[] {
  const [first] = rows
  if (first === undefined) return []
  const lengthMs = Date.parse(String(first['ends_at'])) - Date.parse(String(first['block_at']))
  const byStart = new Map(rows.map((row) => [Date.parse(String(row['block_at'])), row]))
  const starts = []
  for (let at = Math.ceil(fromMs / lengthMs) * lengthMs; at < toMs; at += lengthMs) starts.push(at)
  return starts.map((at) => {
    const row = byStart.get(at)
    return {
      from: new Date(at).toISOString(),
      to: new Date(at + lengthMs).toISOString(),
      observed: Number(row?.['observed'] ?? 0),
      expected: row === undefined ? null : Number(row['expected']),
      at_most: row === undefined ? null : Number(row['at_most']),
      is_hot: Number(row?.['is_hot'] ?? 0) === 1,
    }
  })
}
