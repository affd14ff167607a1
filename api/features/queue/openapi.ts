import { type Operations, readsWarehouse } from '../../openapi/operation.ts'
import { incident, member } from '../incidents/openapi.ts'

export const queueOperations = {
  'GET /api/queue': {
    id: 'listQueue',
    tag: 'queue',
    summary: 'Anomalies that wait for somebody, the worst and the first due before others',
    parameters: {
      view: { example: 'open' },
      type: { example: 'not_shipped', description: 'Only anomalies of this type.' },
      collapse: { description: '`incidents`: members of incidents are told by their incident, not one by one.' },
      or_kept: { description: '`1` takes an answer of the last 15 minutes where the warehouse is away.' },
    },
    answer: {
      incidents: [incident],
      rows: [member],
      next_cursor: null,
      total: 1,
      views: [
        { view: 'open', total: 1 },
        { view: 'at_risk', total: 0 },
      ],
      data_as_of: '2026-01-12T00:00:00.000Z',
    },
    refuses: ['unknown_name', ...readsWarehouse],
  },
  'GET /api/sources/silent': {
    id: 'listSilentSources',
    tag: 'queue',
    summary: 'Sources from which nothing comes although they usually speak, and the rules that wait for them',
    answer: {
      sources: [
        {
          source: '/carrier/yto/tracking',
          state: 'silent',
          silent_since: '2026-01-11T20:00:00.000Z',
          raised_at: '2026-01-11T20:12:00.000Z',
          last_event_at: '2026-01-11T20:00:00.000Z',
          gap_p99_s: 240,
          limit_s: 720,
          rules_paused: ['logistics_stalled'],
          channels: ['tmall'],
        },
      ],
      data_as_of: '2026-01-12T00:00:00.000Z',
    },
    refuses: readsWarehouse,
  },
} as const satisfies Operations
