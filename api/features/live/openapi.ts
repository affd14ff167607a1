import type { Operations } from '../../openapi/operation.ts'

export const liveOperations = {
  'GET /api/live': {
    id: 'watch',
    tag: 'live',
    summary: 'What changed, as server-sent events',
    files: {
      'text/event-stream': {
        description:
          '`hello` when there was no tick yet, then `tick` after each detection tick that changed something.',
        example: 'event: hello\ndata: {}\n\n',
      },
    },
    refuses: ['not_acceptable'],
  },
} as const satisfies Operations
