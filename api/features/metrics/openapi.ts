import { mediaTypes } from '../../contract/media-types.ts'
import { type Operations, asksDoor } from '../../openapi/operation.ts'

const window = { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' }
const where = [{ dimension: 'channel', op: 'in', values: ['tmall'] }]
const mark = { metric: 'anomalies_opened', where, ...window, zone: 'Asia/Shanghai' }

const tables = {
  [mediaTypes.csv]: {
    description: 'UTF-8 with a header line; text that a spreadsheet would run is quoted.',
    example: 'order_id,order_no,anomaly_type\r\nTM.2026010500017,2026010500017,not_shipped\r\n',
  },
  [mediaTypes.xlsx]: { description: 'A workbook with one sheet.' },
  [mediaTypes.arrow]: { description: 'An Arrow IPC stream.' },
}
const drillRequest = (more: object) => ({
  by: [],
  order: 'natural',
  part: 'numerator',
  descending: true,
  limit: 50,
  offset: 0,
  ...more,
})
const sides = (values: readonly [number, number], more: readonly object[]) => ({
  before: { value: values[0], n: values[0] },
  after: { value: values[1], n: values[1] },
  drill: {
    before: drillRequest({
      metric: 'anomalies_opened',
      zone: 'UTC',
      from: '2025-12-29T00:00:00Z',
      to: '2026-01-05T00:00:00Z',
      where: more,
    }),
    after: drillRequest({ metric: 'anomalies_opened', zone: 'UTC', ...window, where: more }),
  },
})
const ofCarrier = [{ dimension: 'carrier', op: 'in', values: ['yto'] }]

const drilled = {
  metric: 'anomalies_opened',
  entity: 'anomaly',
  counts: 'anomaly',
  total: 1,
  orders: 1,
  value: 1,
  unit: 'count',
  currency: null,
  columns: [
    { name: 'order_id', type: 'text' },
    { name: 'opened_at', type: 'instant' },
    { name: 'exposure_amount', type: 'money' },
    { name: 'currency', type: 'code' },
  ],
  rows: [
    {
      order_id: 'TM.2026010500017',
      opened_at: '2026-01-07T02:11:09.000Z',
      exposure_amount: 8_900,
      currency: 'CNY',
    },
  ],
  as_of: '2026-01-12T00:00:00.000Z',
  next_cursor: null,
}

export const metricOperations = {
  'GET /api/metrics': {
    id: 'getCatalogue',
    tag: 'metrics',
    summary: 'Every metric and dimension there is, with definitions in both languages',
    answer: {
      metrics: [
        {
          name: 'anomalies_opened',
          label: { en: 'Anomalies opened', zh: '新增异常' },
          description: { en: 'Anomalies by the time they opened.', zh: '按打开时间统计的异常。' },
          version: '1f0c2b7a9d3e',
          unit: 'count',
          counts: 'anomaly',
          snapshot: false,
          direction: 'down_good',
          times: ['opened_at'],
          time_bases: ['calendar'],
          dimensions: ['channel', 'region', 'anomaly_type'],
          maturing: false,
          explained_by: ['channel', 'anomaly_type'],
          spiking: true,
        },
      ],
      dimensions: [
        {
          name: 'channel',
          label: { en: 'Channel', zh: '渠道' },
          description: { en: 'Where the order was placed.', zh: '下单渠道。' },
        },
      ],
    },
  },
  'POST /api/metrics/query': {
    id: 'queryMetrics',
    tag: 'metrics',
    summary: 'Answers up to twenty questions, in their order',
    description:
      'One question alone can be had as a table: name its media type in the Accept header. The value of a group equals the number of rows of its drill. With `descriptors`, every number comes with a text that opens as its rows, for whoever has it and may see them. While the warehouse is away, who says `or_kept` is given an answer of the last 15 minutes, where there is one within the same scope: `kept` tells when it was read, and the window of each question, whose end may be earlier than was asked for.',
    body: {
      requests: [
        {
          ...mark,
          by: ['anomaly_type'],
          grain: 'day',
          top: { dimension: 'anomaly_type', n: 9 },
          total: true,
          compare: 'previous',
        },
      ],
      descriptors: true,
    },
    answer: {
      results: [
        {
          metric: 'anomalies_opened',
          definition: { en: 'Anomalies by the time they opened.', zh: '按打开时间统计的异常。' },
          version: '1f0c2b7a9d3e',
          unit: 'count',
          currency: null,
          keys: ['bucket', 'anomaly_type'],
          rows: [{ keys: ['2026-01-04T16:00:00.000Z', 'not_shipped'], value: 17, n: 17 }],
          as_of: '2026-01-12T00:00:00.000Z',
          truncated: false,
          total: { value: 17, n: 17 },
          others: { dimension: 'anomaly_type', besides: ['not_shipped'], keys: ['bucket'], rows: [] },
        },
      ],
      data_as_of: '2026-01-12T00:00:00.000Z',
    },
    files: tables,
    refuses: [...asksDoor, 'not_acceptable'],
  },
  'GET /api/drill': {
    id: 'openDescriptor',
    tag: 'metrics',
    summary: 'The rows behind a number that was passed on',
    description: 'Which rows there are is what the number was made of, as far as whoever asks may see them.',
    parameters: {
      descriptor: {
        example: 'eyJ2ZXJzaW9uIjoiMWYwYyJ9.c2lnbmVk',
        description: 'As POST /api/metrics/query or POST /api/drill told it.',
      },
      part: { description: 'Left out, it is the part that the number was made of.' },
      ascending: { description: '1 sorts the smallest first.' },
    },
    answer: { ...drilled, asked: { ...mark, by: [], order: 'natural', part: 'numerator', descending: true } },
    refuses: [...asksDoor, 'not_found', 'conflict'],
  },
  'POST /api/drill': {
    id: 'drill',
    tag: 'metrics',
    summary: 'The rows behind a mark',
    description:
      'Ask with the metric, window and filters of the mark; `total`, `orders` and `value` equal what it showed. With `descriptor`, the number comes with a text that opens as the same rows.',
    body: { ...mark, limit: 50 },
    answer: drilled,
    refuses: asksDoor,
  },
  'POST /api/explain': {
    id: 'explain',
    tag: 'metrics',
    summary: 'What moved a metric, by value of each dimension',
    description:
      'The changes of the values and of the rest add up to the change. With `descriptors`, either side of every part comes with a text that opens as its rows.',
    body: {
      metric: 'anomalies_opened',
      dimensions: ['carrier'],
      before: { from: '2025-12-29T00:00:00Z', to: '2026-01-05T00:00:00Z' },
      after: window,
    },
    answer: {
      metric: 'anomalies_opened',
      unit: 'count',
      currency: null,
      explanations: [
        {
          dimension: 'carrier',
          change: 12,
          ...sides([30, 42], []),
          contributions: [{ value: 'yto', change: 12, rate: null, mix: null, ...sides([5, 17], ofCarrier) }],
          rest: null,
        },
      ],
    },
    refuses: asksDoor,
  },
  'POST /api/spikes': {
    id: 'courseWithSpikes',
    tag: 'metrics',
    summary: 'A count over time, what is usual for each hour or day, and its spikes',
    body: { metric: 'anomalies_opened', ...window, grain: 'day', zone: 'Asia/Shanghai' },
    answer: {
      metric: 'anomalies_opened',
      grain: 'day',
      fewest_weeks: 4,
      known_from: '2025-10-01T00:00:00.000Z',
      buckets: [
        {
          from: '2026-01-04T16:00:00.000Z',
          to: '2026-01-05T16:00:00.000Z',
          observed: 31,
          weeks: 8,
          expected: 12.5,
          low: 6.1,
          high: 21.4,
          score: 6.2,
          is_spike: true,
        },
      ],
    },
    refuses: asksDoor,
  },
  'POST /api/drill/export': {
    id: 'exportDrill',
    tag: 'metrics',
    summary: 'All rows behind a mark as a file, as they are read; written to the audit',
    description:
      'CSV unless the Accept header names another. `limit` and `offset` say nothing here. More than 200,000 rows (50,000 as a workbook) are refused with `export_too_large`: ask for them by POST /api/exports.',
    body: mark,
    files: tables,
    answerHeaders: { 'content-disposition': { description: 'attachment, with a name for the file' } },
    refuses: [...asksDoor, 'not_acceptable', 'too_many_requests'],
  },
} as const satisfies Operations
