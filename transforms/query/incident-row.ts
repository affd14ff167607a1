/** An incident as one row, summed up from those of its members that the caller may see. */
import { definitions } from '../metrics/definitions.ts'
import { exactNumber } from './answer.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import type { Row } from './entity-row.ts'
import { QueryError } from './errors.ts'
import { rowsOf } from './fragments.ts'
import { param } from './knex.ts'
import { type RowScope, seesAll } from './request.ts'

export type IncidentRow = {
  incident_id: string
  anomaly_type: string
  category: string
  cause_kind: string
  cause: string
  started_at: string
  last_member_at: string
  /** When it counts as quiet, unless more comes before. */
  quiet_at: string
  /** Null while a member is open. */
  resolved_at: string | null
  /** active: more may come; subsiding: no more came, members are open; resolved. */
  status: 'active' | 'subsiding' | 'resolved'
  members: number
  open_members: number
  orders: number
  open_orders: number
  escalated_members: number
  /** The worst among open members, else among all. */
  severity: string
  /** Money in question of open members, by currency. */
  exposure: { currency: string; amount: number }[]
  /** How many are usual in the same time; null for who does not see all of them. */
  expected: number | null
  score: number | null
}
/** Members that the caller may see, with what these say of their incident. */
export function membersSeen(scope: RowScope): Pick<RowRead, 'relation' | 'scope'> {
  const dataset = definitions().datasets.get('incident_members')
  if (dataset === undefined || dataset.scope === 'none')
    throw new QueryError('INVALID_DEFINITION', 'there is no dataset of members of incidents')
  return { relation: rowsOf(dataset, scope), scope: dataset.scope }
}
const AS_OF = param('as_of', "DateTime64(3, 'UTC')")
const KEYS = [
  'incident_id',
  'anomaly_type',
  'category',
  'cause_kind',
  'cause',
  'incident_started_at',
  'starts_at',
  'stops_at',
  'quiet_at',
  'incident_resolved_at',
  'expected',
  'score',
]
const SUMS = [
  'max(opened_at) as last_member_at',
  'count() as members',
  'countIf(resolved_at is null) as open_members',
  'uniqExact(order_id) as orders',
  'uniqExactIf(order_id, resolved_at is null) as open_orders',
  "countIf(resolved_at is null and level = 'escalated') as escalated_members",
  'if(open_members = 0, min(severity), minIf(severity, resolved_at is null)) as worst',
  'sumMapIf(map(toString(currency), exposure_amount), resolved_at is null) as exposure',
]
/** Whether it was over at the instant asked about. */
export const IS_OVER = `ifNull(incident_resolved_at <= ${AS_OF}, 0)`
const ORDER = `min(historic), quiet_at <= ${AS_OF}, worst, open_members desc, started desc, incident_id`

/** Incidents with members of which `conditions` hold, counted over those. */
export function compileIncidents(conditions: readonly string[], scope: RowScope): string {
  return compileRows(
    {
      ...membersSeen(scope),
      columns: [...KEYS, ...SUMS, 'incident_started_at as started'],
      conditions,
      tail: `group by ${KEYS.join(', ')} order by ${ORDER} limit ${param('limit', 'UInt32')}`,
    },
    scope,
  )
}

export function toIncident(row: Row, scope: RowScope, asOf: string): IncidentRow {
  const text = (name: string): string => String(row[name])
  const count = (name: string): number => Number(row[name])
  const resolved = row['incident_resolved_at'] === null ? null : text('incident_resolved_at')
  const isOver = resolved !== null && Date.parse(resolved) <= Date.parse(asOf)
  const isActive = Date.parse(text('quiet_at')) > Date.parse(asOf)
  const exposure = Object.entries(row['exposure'] as Record<string, string>)
  return {
    incident_id: text('incident_id'),
    anomaly_type: text('anomaly_type'),
    category: text('category'),
    cause_kind: text('cause_kind'),
    cause: text('cause'),
    started_at: text('incident_started_at'),
    last_member_at: text('last_member_at'),
    quiet_at: text('quiet_at'),
    resolved_at: isOver ? resolved : null,
    status: isOver ? 'resolved' : isActive ? 'active' : 'subsiding',
    members: count('members'),
    open_members: count('open_members'),
    orders: count('orders'),
    open_orders: count('open_orders'),
    escalated_members: count('escalated_members'),
    severity: text('worst'),
    exposure: exposure.map(([currency, amount]) => ({ currency, amount: exactNumber(amount) ?? 0 })),
    expected: seesAll(scope) ? count('expected') : null,
    score: seesAll(scope) ? count('score') : null,
  }
}
