import { type Operations, readsWarehouse } from '../../openapi/operation.ts'

const overview = {
  slug: 'overview',
  title: { en: 'Overview', zh: '总览' },
  description: { en: 'What is in trouble now, and where it comes from.', zh: '现在有哪些异常,来自哪里。' },
}

export const boardOperations = {
  'GET /api/boards': {
    id: 'listBoards',
    tag: 'boards',
    summary: 'All boards, without their tiles',
    answer: [overview],
  },
  'GET /api/boards/:slug': {
    id: 'getBoard',
    tag: 'boards',
    summary: 'One board with its tiles',
    parameters: { slug: { example: 'overview' } },
    answer: {
      ...overview,
      filters: ['channel', 'region'],
      default_window: '30d',
      tiles: [
        {
          id: 'open',
          kind: 'kpi',
          title: { en: 'Open anomalies', zh: '未解决异常' },
          metric: 'open_anomalies',
          where: [],
          width: 3,
        },
        {
          id: 'by-type',
          kind: 'series',
          title: { en: 'Opened by type', zh: '按类型新增' },
          metric: 'anomalies_opened',
          by: 'anomaly_type',
          grain: 'day',
          stacked: true,
          top: 9,
          where: [{ dimension: 'channel', op: 'in', values: ['tmall'] }],
          width: 12,
        },
      ],
    },
    refuses: ['not_found'],
  },
  'GET /api/dimensions/:name/values': {
    id: 'listDimensionValues',
    tag: 'boards',
    summary: 'Values of a dimension within your scope, most frequent first, at most 200',
    parameters: { name: { example: 'channel', description: 'A dimension of the catalogue.' } },
    answer: {
      dimension: 'channel',
      values: [
        { value: 'tmall', n: 51_204 },
        { value: 'douyin', n: 20_117 },
      ],
    },
    refuses: ['unknown_name', ...readsWarehouse],
  },
} as const satisfies Operations
