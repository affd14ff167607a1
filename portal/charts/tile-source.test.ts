import { afterEach, expect, it, vi } from 'vitest'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import type { MetricAnswer, MetricRequestInput } from '#api/contract/metrics.ts'
import { askTogether } from './tile-source.ts'

const result = (metric: string): MetricAnswer => ({
  metric,
  definition: { en: metric, zh: metric },
  version: '0',
  unit: 'count',
  currency: null,
  keys: [],
  rows: [],
  as_of: '2026-11-22T00:00:00Z',
  truncated: false,
})
const asks = (...metrics: string[]): MetricRequestInput[] => metrics.map((metric) => ({ metric }))
afterEach(() => vi.restoreAllMocks())

it('sends small questions together and hands each its own answers', async () => {
  const sent = vi
    .spyOn(client, 'metrics')
    .mockImplementation(async (requests) => ({ results: requests.map(({ metric }) => result(metric)), data_as_of: '' }))
  const found = await Promise.all([askTogether(asks('a', 'b')), askTogether(asks('c'))])
  expect(sent).toHaveBeenCalledOnce()
  expect(found.map(({ results }) => results.map(({ metric }) => metric))).toEqual([['a', 'b'], ['c']])
})

it('never asks more at once than the API takes', async () => {
  const sent = vi
    .spyOn(client, 'metrics')
    .mockImplementation(async (requests) => ({ results: requests.map(({ metric }) => result(metric)), data_as_of: '' }))
  await Promise.all(Array.from({ length: 23 }, (_, i) => askTogether(asks(`a${i}`, `b${i}`))))
  expect(sent.mock.calls.map(([requests]) => requests.length)).toEqual([20, 20, 6])
})

it('does not let one wrong question blank its neighbours', async () => {
  vi.spyOn(client, 'metrics').mockImplementation(async (requests) => {
    if (requests.some(({ metric }) => metric === 'wrong')) throw new ApiError(400, 'unknown_name', 'no such metric')
    return { results: requests.map(({ metric }) => result(metric)), data_as_of: '' }
  })
  const [good, bad] = await Promise.allSettled([askTogether(asks('a')), askTogether(asks('wrong'))])
  expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected'])
})

it('fails all when there is no answer at all', async () => {
  vi.spyOn(client, 'metrics').mockRejectedValue(new ApiError(0, 'offline', ''))
  const found = await Promise.allSettled([askTogether(asks('a')), askTogether(asks('b'))])
  expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(client.metrics).toHaveBeenCalledOnce()
})

it('tells of kept answers when they were read, and how much earlier than asked their windows end', async () => {
  const at = '2026-11-22T10:40:00.000Z'
  vi.spyOn(client, 'metrics').mockResolvedValue({
    results: [result('a'), result('b'), result('c')],
    data_as_of: at,
    kept: { at, counted_in: [{ from: '2026-11-21T16:00:00Z', to: at }, { as_of: at }, {}] },
  })
  const window = { from: '2026-11-21T16:00:00Z', to: '2026-11-22T10:42:30.000Z' }
  const [both, last] = await Promise.all([
    askTogether([
      { metric: 'a', ...window },
      { metric: 'b', as_of: window.from },
    ]),
    askTogether(asks('c')),
  ])
  expect(both.results.map(({ metric }) => metric)).toEqual(['a', 'b'])
  expect([both.kept, last.kept]).toEqual(Array(2).fill({ at, earlierMs: 150_000 }))
})
