import { type Operations, asksDoor } from '../../openapi/operation.ts'

const id = 'e1f0a9b8-6c5d-4e3f-9a2b-1c0d9e8f7a6b'
const parameters = { id: { example: id } }
const waiting = {
  id,
  metric: 'orders_placed',
  format: 'csv',
  state: 'queued',
  rows: 0,
  rows_total: 412_806,
  bytes: 0,
  file_name: 'orders_placed-2026-01-12.csv',
  as_of: '2026-01-12T08:00:00.000Z',
  failure: null,
  detail: '',
  created_at: '2026-01-12T08:00:00.000Z',
  started_at: null,
  finished_at: null,
  expires_at: null,
}
const done = {
  ...waiting,
  state: 'done',
  rows: 412_806,
  bytes: 98_304_112,
  started_at: '2026-01-12T08:00:00.100Z',
  finished_at: '2026-01-12T08:00:21.400Z',
  expires_at: '2026-01-13T08:00:21.400Z',
}
const file = { description: 'The whole file, or the range that was asked for (206).' }

export const exportOperations = {
  'POST /api/exports': {
    id: 'createExport',
    tag: 'metrics',
    summary: 'All rows behind a number as a file, however many, made in the background; written to the audit',
    description:
      'Three of one person wait or are made at once. The file is made with the scope its owner has then, and kept for a day. A workbook goes on in a second sheet after 1,048,575 rows.',
    body: {
      format: 'csv',
      drill: { metric: 'orders_placed', from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    },
    answer: waiting,
    refuses: [...asksDoor, 'not_found', 'conflict', 'too_many_requests'],
  },
  'GET /api/exports': {
    id: 'listExports',
    tag: 'metrics',
    summary: 'Your own exports of the last week, the newest first',
    answer: { exports: [done], next_cursor: null },
  },
  'GET /api/exports/:id': {
    id: 'getExport',
    tag: 'metrics',
    summary: 'How far one of your exports is',
    parameters,
    answer: { ...waiting, state: 'running', rows: 98_304, bytes: 23_068_672, started_at: done.started_at },
    refuses: ['not_found'],
  },
  'DELETE /api/exports/:id': {
    id: 'cancelExport',
    tag: 'metrics',
    summary: 'Ends an export and removes its file',
    parameters,
    refuses: ['not_found'],
  },
  'GET /api/exports/:id/file': {
    id: 'downloadExport',
    tag: 'metrics',
    summary: 'The file, as long as you may see all that is in it; written to the audit',
    description: 'Takes a `Range` of bytes, with `If-Range` where wanted.',
    parameters,
    files: {
      'text/csv': { ...file, example: 'order_id,order_no,channel\r\no-1,A1001,web\r\n' },
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': file,
      'application/vnd.apache.arrow.stream': file,
    },
    answerHeaders: {
      'content-disposition': { description: 'attachment, with a name for the file' },
      etag: { description: 'stays the same as long as there is the file' },
    },
    refuses: ['not_found', 'conflict', 'not_allowed'],
  },
} as const satisfies Operations
