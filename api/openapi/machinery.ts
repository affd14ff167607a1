import type { Operations } from './operation.ts'

export const machineryOperations = {
  'GET /livez': {
    id: 'isAlive',
    tag: 'machinery',
    summary: 'Whether the process is alive',
    answer: { status: 'ok' },
  },
  'GET /readyz': {
    id: 'isReady',
    tag: 'machinery',
    summary: 'Whether the process may be sent requests',
    description: 'State reachable and not stopping. Broker and warehouse are left out on purpose.',
    answer: { status: 'ok' },
    refuses: ['unavailable'],
  },
  'GET /metrics': {
    id: 'scrapeMetrics',
    tag: 'machinery',
    summary: 'How the process is doing, for Prometheus',
    files: {
      'text/plain': {
        description: "Prometheus' text format.",
        example: 'orderlens_process_resident_bytes 312475648\n',
      },
    },
  },
  'GET /api/openapi.json': {
    id: 'describeApi',
    tag: 'machinery',
    summary: 'This description',
    answer: { openapi: '3.1.0' },
  },
} as const satisfies Operations
