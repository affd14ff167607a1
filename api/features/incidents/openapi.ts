import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

export const incident = {
  incident_id: '9c1e52aa',
  anomaly_type: 'logistics_stalled',
  category: 'logistics',
  cause_kind: 'carrier',
  cause: 'yto',
  started_at: '2026-01-10T03:00:00.000Z',
  last_member_at: '2026-01-11T21:00:00.000Z',
  quiet_at: '2026-01-12T21:00:00.000Z',
  resolved_at: null,
  status: 'active',
  members: 48,
  open_members: 40,
  orders: 47,
  open_orders: 39,
  escalated_members: 2,
  severity: 's3',
  exposure: [{ currency: 'CNY', amount: 412_000 }],
  expected: 6.5,
  score: 31.2,
} as const

export const member = {
  anomaly_id: '4f1c20b6d1e0a7c35b2f9a8e7d6c5b4a',
  anomaly_type: 'logistics_stalled',
  category: 'logistics',
  level: 'breached',
  severity: 's3',
  status: 'open',
  attached_to_type: 'shipment',
  attached_to_id: 's-901',
  at_risk_at: '2026-01-10T03:00:00.000Z',
  opened_at: '2026-01-11T03:00:00.000Z',
  due_at: '2026-01-11T03:00:00.000Z',
  escalated_at: null,
  resolved_at: null,
  resolver: '',
  returns: 0,
  exposure_amount: 8_900,
  currency: 'CNY',
  order_id: 'TM.2026010500017',
  order_no: '2026010500017',
  channel: 'tmall',
  region: '浙江',
  carrier: 'yto',
  payment_method: 'alipay',
} as const

const parameters = { incident_id: { example: '9c1e52aa' } }

export const incidentOperations = {
  'GET /api/incidents': {
    id: 'listIncidents',
    tag: 'queue',
    summary: 'Incidents: anomalies of one kind and one cause, more than is usual',
    description:
      'A person whose scope is not everything sees the members in scope only, and neither `expected` nor `score`.',
    parameters: { state: { example: 'open' } },
    answer: { incidents: [incident], data_as_of: '2026-01-12T00:00:00.000Z' },
    refuses: readsWarehouse,
  },
  'GET /api/incidents/:incident_id': {
    id: 'getIncident',
    tag: 'queue',
    summary: 'One incident: its course against what is usual',
    parameters,
    answer: {
      incident,
      blocks: [
        {
          from: '2026-01-10T00:00:00.000Z',
          to: '2026-01-10T06:00:00.000Z',
          observed: 22,
          expected: 3.1,
          at_most: 9,
          is_hot: true,
        },
      ],
      hours: [{ at: '2026-01-10T03:00:00.000Z', joined: 11, left: 0, open: 11 }],
      data_as_of: '2026-01-12T00:00:00.000Z',
    },
    refuses: ['not_found', ...readsWarehouse],
  },
  'GET /api/incidents/:incident_id/members': {
    id: 'listIncidentMembers',
    tag: 'queue',
    summary: 'The anomalies of an incident, the latest first',
    parameters,
    answer: { rows: [member], next_cursor: null },
    refuses: readsWarehouse,
  },
} as const satisfies Operations
