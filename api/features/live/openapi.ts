import type { Operations } from '../../openapi/operation.ts'

export const liveOperations = {
  'GET /api/live': {
    id: 'watch',
    tag: 'live',
    summary: 'What changed, as server-sent events',
    description:
      'All of it is within your scope, except for the clock of the data. A comment comes every 15 seconds. The stream ends with ' +
      'the session, and when your role or scope changes; whoever comes back with the id of the last event gets what came ' +
      'meanwhile, or `reset`.',
    headers: {
      'last-event-id': {
        description: 'The id of the last event you have; browsers send it by themselves.',
        example: '1767225600000.3',
      },
    },
    files: {
      'text/event-stream': {
        description: 'Events with `id`, `event` and `data`; `data` is JSON, by `event` as in `x-events`.',
        events: {
          hello: 'LiveHello',
          orders: 'LiveOrders',
          queue: 'LiveQueue',
          boards: 'LiveBoards',
          clock: 'LiveClock',
          reset: 'LiveReset',
        },
        example:
          'id: 1767225601000.0\nevent: orders\ndata: {"order_ids":["TM.2026010500017"],"complete":true}\n\n' +
          'id: 1767225601000.3\nevent: clock\ndata: {"data_as_of":"2026-01-12T00:00:00.000Z"}\n\n',
      },
    },
    refuses: ['not_acceptable'],
  },
} as const satisfies Operations
