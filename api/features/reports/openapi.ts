import { type Operations, asksDoor, idempotencyKey } from '../../openapi/operation.ts'

const body = {
  title: '异常日报',
  definition: 'daily-anomalies',
  cron: '0 8 * * *',
  zone: 'Asia/Shanghai',
  language: 'zh',
  where: [{ dimension: 'channel', op: 'in', values: ['tmall'] }],
  recipients: ['manager@demo.orderlens'],
  enabled: true,
}
const id = 'a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f'
const parameters = { id: { example: id } }
const report = {
  ...body,
  id,
  owner_id: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
  owner_name: '林曼 Lin Man',
  created_at: '2026-01-05T02:10:00.000Z',
  next_due_at: '2026-01-13T00:00:00.000Z',
}
const occurrence = {
  id: 'c2d1e0f9-77aa-4b1c-9e2d-3f4a5b6c7d8e',
  report_id: id,
  local_date: '2026-01-12',
  slot: '08:00',
  due_at: '2026-01-12T00:00:00.000Z',
  as_of: '2026-01-12T00:00:00.000Z',
  state: 'done',
  detail: '',
}
const html = { 'text/html': { description: 'The e-mail as you would receive it.', example: '<!doctype html>…' } }

export const reportOperations = {
  'GET /api/reports/definitions': {
    id: 'listReportDefinitions',
    tag: 'reports',
    summary: 'The reports that can be subscribed to',
    answer: [
      {
        slug: 'daily-anomalies',
        title: { en: 'Anomalies of the day', zh: '异常日报' },
        description: { en: 'What opened and what was resolved.', zh: '新增与解决的异常。' },
      },
    ],
  },
  'GET /api/reports': {
    id: 'listReports',
    tag: 'reports',
    summary: 'Your subscriptions, and those that are sent to you',
    answer: [report],
  },
  'POST /api/reports': {
    id: 'createReport',
    tag: 'reports',
    summary: 'Subscribes people of this installation to a report',
    description: 'Each recipient gets the numbers of their own scope.',
    body,
    answer: report,
    refuses: ['unknown_name', 'conflict', 'not_found', ...asksDoor],
  },
  'GET /api/reports/:id': {
    id: 'getReport',
    tag: 'reports',
    summary: 'One subscription',
    parameters,
    answer: report,
    refuses: ['not_found'],
  },
  'PATCH /api/reports/:id': {
    id: 'changeReport',
    tag: 'reports',
    summary: 'Changes what is named, and nothing else',
    parameters,
    body: { enabled: false },
    answer: { ...report, enabled: false, next_due_at: null },
    refuses: ['not_found', 'not_allowed', ...asksDoor],
  },
  'DELETE /api/reports/:id': {
    id: 'deleteReport',
    tag: 'reports',
    summary: 'Ends a subscription',
    parameters,
    refuses: ['not_found', 'not_allowed'],
  },
  'GET /api/reports/:id/preview': {
    id: 'previewReport',
    tag: 'reports',
    summary: 'The e-mail as you would receive it now',
    parameters,
    files: html,
    refuses: ['not_found', ...asksDoor],
  },
  'POST /api/reports/:id/send': {
    id: 'sendReport',
    tag: 'reports',
    summary: 'Sends once now, outside the rhythm',
    parameters,
    headers: idempotencyKey,
    answer: { ...occurrence, slot: 'on request 7b1d8a52-6f0c-4a3e-9d55-0f2a4c9be771', state: 'due', as_of: null },
    refuses: ['idempotency_key_required', 'idempotency_in_flight', 'not_found', 'not_allowed'],
  },
  'GET /api/reports/:id/occurrences': {
    id: 'listOccurrences',
    tag: 'reports',
    summary: 'When it was due and what became of it, the latest first',
    parameters,
    answer: { occurrences: [occurrence], next_cursor: null },
    refuses: ['not_found'],
  },
  'GET /api/deliveries': {
    id: 'listDeliveries',
    tag: 'reports',
    summary: 'E-mails that were sent or are to be sent, the latest first',
    answer: {
      next_cursor: null,
      deliveries: [
        {
          id: 'd4c3b2a1-0f9e-8d7c-6b5a-4f3e2d1c0b9a',
          occurrence_id: occurrence.id,
          report_id: id,
          report_title: '异常日报',
          recipient: 'manager@demo.orderlens',
          message_id: '<d4c3b2a1-0f9e-8d7c-6b5a-4f3e2d1c0b9a@orderlens.example.com>',
          state: 'sent',
          transport: 'smtp',
          sent_at: '2026-01-12T00:00:04.000Z',
          detail: '',
          subject: '异常日报 · 1月11日',
        },
      ],
    },
  },
  'GET /api/deliveries/:id/eml': {
    id: 'getDeliveryMail',
    tag: 'reports',
    summary: 'The e-mail that was sent, where it is kept',
    parameters: { id: { example: 'd4c3b2a1-0f9e-8d7c-6b5a-4f3e2d1c0b9a' } },
    files: { 'message/rfc822': { description: 'The whole message.' } },
    answerHeaders: { 'content-disposition': { description: 'attachment, with a name for the file' } },
    refuses: ['not_found'],
  },
} as const satisfies Operations
