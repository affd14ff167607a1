/** Anomalies one by one: those of an order, and the queue that agents work through. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { compileRows } from './compile-rows.ts'
import { type Row, toRow } from './entity-row.ts'
import { QueryError } from './errors.ts'
import { type IncidentRow, compileIncidents, toIncident } from './incident-row.ts'
import { param } from './knex.ts'
import { ANOMALY_SCOPE } from './orders.ts'
import { INSTANT } from './fragments.ts'
import { type Place, type SortKey, afterOf, keyColumns, orderOf, pageOf } from './keyset.ts'
import { engineInstant, scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

type Instant = string | null
type AnomalyCore = {
  anomaly_id: string
  anomaly_type: string
  category: string
  level: string
  severity: string
  status: string
  attached_to_type: string
  attached_to_id: string
  at_risk_at: Instant
  opened_at: Instant
  due_at: Instant
  escalated_at: Instant
  resolved_at: Instant
  resolver: string
  /** How often it happened again within its episode. */
  returns: number
  exposure_amount: number
  currency: string
}
export type AnomalyRow = AnomalyCore & {
  threshold_snapshot: string
  evidence_event_ids: string[]
  /** The incident it belongs to; empty where it stands alone. */
  incident_id: string
}
export type QueueRow = AnomalyCore & {
  order_id: string
  order_no: string
  channel: string
  region: string
  carrier: string
  payment_method: string
}
export type QueueView = 'open' | 'at_risk' | 'money' | 'logistics' | 'escalated'
export type QueueRequest = {
  readonly view: string
  readonly type?: string | undefined
  /** 'incidents': members of incidents are not told one by one, their incidents are. */
  readonly collapse?: 'incidents' | 'none' | undefined
  readonly limit: number
  /** The place at which the page before ended. */
  readonly after?: Place | undefined
}
export type QueuePage = {
  /** Incidents with members in this view, counted over those; none unless they collapse. */
  incidents: IncidentRow[]
  rows: QueueRow[]
  next: Place | null
  total: number
  views: { view: QueueView; total: number }[]
}

export const CORE = [
  'anomaly_id',
  'anomaly_type',
  'category',
  'level',
  'severity',
  'status',
  'attached_to_type',
  'attached_to_id',
  'at_risk_at',
  'opened_at',
  'due_at',
  'escalated_at',
  'resolved_at',
  'resolver',
  'returns',
  'exposure_amount',
  'currency',
]
export const PLACE = ['order_id', 'order_no', 'channel', 'region', 'carrier', 'payment_method']

const BREACHED = "status = 'open' and opened_at is not null"
const SEVERITY: SortKey = { expression: 'severity', type: 'String' }
const DUE: SortKey = { expression: 'due_at', type: INSTANT }
const EXPOSURE: SortKey = { expression: 'exposure_amount', type: 'Int64', descending: true }
const VIEWS: Readonly<Record<QueueView, { readonly condition: string; readonly keys: readonly SortKey[] }>> = {
  open: { condition: BREACHED, keys: [SEVERITY, DUE] },
  at_risk: { condition: "status = 'open' and opened_at is null", keys: [DUE, SEVERITY] },
  money: { condition: `${BREACHED} and category in ('payment', 'refund')`, keys: [SEVERITY, EXPOSURE] },
  logistics: { condition: `${BREACHED} and category in ('logistics', 'fulfillment')`, keys: [SEVERITY, DUE] },
  escalated: { condition: `${BREACHED} and level = 'escalated'`, keys: [SEVERITY, DUE] },
}
const VIEW_NAMES = Object.keys(VIEWS) as QueueView[]

export type AnomalyReads = {
  orderAnomalies(orderId: string, scope: RowScope): Promise<AnomalyRow[]>
  /** Live orders before history, then by what is worst and due first. */
  queuePage(request: QueueRequest, scope: RowScope): Promise<QueuePage>
}

/** Most incidents that are told above a queue. */
const MOST_INCIDENTS = 100
const INCIDENT_OF = `arrayFirst(m -> m.1 = anomaly_id, (select groupArray((anomaly_id, incident_id)) from incident_members final where order_id = ${param('order_id', 'String')})).2`
const ALONE = 'anomaly_id not in (select anomaly_id from incident_members final)'

const reader =
  (warehouse: Warehouse) =>
  async <T>(sql: string, scope: RowScope, values: Record<string, unknown>): Promise<T[]> => {
    const rows = await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), ...values }))
    // safe because the columns are those that the statement names
    return rows.map(toRow) as T[]
  }

/** An order's anomalies as they stand, or as they were known in `relation`; incidents are those of now. */
export function createOrderAnomalies(
  warehouse: Warehouse,
  relation = 'anomaly_current',
): AnomalyReads['orderAnomalies'] {
  const read = reader(warehouse)
  const incident = relation === 'anomaly_current' ? INCIDENT_OF : "''"
  return (orderId, scope) => {
    const sql = compileRows(
      {
        relation,
        scope: ANOMALY_SCOPE,
        columns: [...CORE, 'threshold_snapshot', 'evidence_event_ids', `${incident} as incident_id`],
        conditions: [`order_id = ${param('order_id', 'String')}`],
        order: 'at_risk_at, anomaly_id',
      },
      scope,
    )
    return read<AnomalyRow>(sql, scope, { order_id: orderId })
  }
}

export function createAnomalyReads(warehouse: Warehouse, dataAsOf: () => Promise<string>): AnomalyReads {
  const read = reader(warehouse)
  const relation = { relation: 'anomaly_current', scope: ANOMALY_SCOPE }
  return {
    orderAnomalies: createOrderAnomalies(warehouse),
    async queuePage({ view, type, collapse, limit, after }, scope) {
      const asked = VIEW_NAMES.find((name) => name === view)
      if (asked === undefined)
        throw new QueryError(
          'UNKNOWN_NAME',
          `there is no queue view named '${view.slice(0, 80)}'; there are: ${VIEW_NAMES.join(', ')}`,
          { parts: { came: view.slice(0, 80) } },
        )
      const ofType = type === undefined ? [] : [`anomaly_type = ${param('type', 'String')}`]
      const { condition, keys: own } = VIEWS[asked]
      // Live orders before history.
      const keys: SortKey[] = [
        { expression: 'historic', type: 'Int64' },
        ...own,
        { expression: 'anomaly_id', type: 'String' },
      ]
      const beyond = after === undefined ? null : afterOf(keys, after)
      const isCollapsed = collapse === 'incidents'
      const listed = [condition, ...ofType, ...(isCollapsed ? [ALONE] : [])]
      const page = compileRows(
        {
          ...relation,
          columns: [...CORE, ...PLACE, ...keyColumns(keys)],
          conditions: [...listed, ...(beyond === null ? [] : [beyond.condition])],
          order: orderOf(keys),
          tail: `limit ${param('limit', 'UInt32')}`,
        },
        scope,
      )
      const counts = VIEW_NAMES.map((name) => `countIf(${VIEWS[name].condition}) as ${name}_total`)
      const totals = compileRows(
        {
          ...relation,
          columns: [...counts, `countIf(${listed.join(' and ')}) as total`],
          conditions: [],
        },
        scope,
      )
      const asOf = await dataAsOf()
      const together = compileIncidents([condition, ...ofType], scope)
      const [incidents, rows, [total]] = await Promise.all([
        isCollapsed
          ? read<Row>(together, scope, { type, limit: MOST_INCIDENTS, as_of: engineInstant(asOf) })
          : Promise.resolve([]),
        read<object>(page, scope, { type, limit: limit + 1, ...beyond?.parameters }),
        read<Record<string, number>>(totals, scope, { type }),
      ])
      return {
        incidents: incidents.map((row) => toIncident(row, scope, asOf)),
        ...pageOf<QueueRow>(rows, limit),
        total: total?.['total'] ?? 0,
        views: VIEW_NAMES.map((name) => ({ view: name, total: total?.[`${name}_total`] ?? 0 })),
      }
    },
  }
}
