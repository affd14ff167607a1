// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Explanation } from '#api/contract/metrics.ts'
import { aCard, aCatalogue, aContext } from '#dashboards/charts/sample.ts'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { compareBucket, compareWindow, explainDimensions } from '#portal/explain/compare.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import { readDrill } from '#portal/url/drill-query.ts'
import { readExplain, writeExplain, type ExplainState } from '#portal/url/explain-query.ts'
import ExplainDrawer from './ExplainDrawer.vue'

const state: ExplainState = {
  metric: 'anomalies_opened',
  where: [],
  zone: 'UTC',
  before: { from: '2026-11-16T00:00:00.000Z', to: '2026-11-17T00:00:00.000Z' },
  after: { from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' },
}
const drill = (side: 'before' | 'after', value: string) => ({
  ...state[side],
  metric: state.metric,
  zone: 'UTC',
  where: [{ dimension: 'anomaly_type', op: 'in' as const, values: [value] }],
  by: [],
  order: 'natural' as const,
  part: 'numerator' as const,
  descending: true,
  limit: 50,
  offset: 0,
})
const part = (value: string, before: number, after: number) => ({
  value,
  change: after - before,
  rate: null,
  mix: null,
  before: { value: before, n: before },
  after: { value: after, n: after },
  drill: { before: drill('before', value), after: drill('after', value) },
})
const explanation: Explanation = {
  dimension: 'anomaly_type',
  before: { value: 12, n: 12 },
  after: { value: 40, n: 40 },
  drill: { before: { ...drill('before', ''), where: [] }, after: { ...drill('after', ''), where: [] } },
  change: 28,
  contributions: [part('not_shipped', 2, 33), part('payment_failed', 10, 7)],
  rest: null,
}

afterEach(() => vi.restoreAllMocks())
beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.spyOn(client, 'catalogue').mockResolvedValue(aCatalogue)
})

async function shown(given: ExplainState = state) {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'UTC' })
  i18n.global.locale.value = 'en'
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: { template: '<i />' } }],
  })
  await router.push({ path: '/', query: { explain: writeExplain(given) } })
  const panel = mount(ExplainDrawer, {
    global: {
      plugins: [pinia, i18n, router],
      stubs: {
        'el-drawer': { props: ['modelValue'], template: '<div v-if="modelValue"><slot /></div>' },
        'el-button': { template: '<button><slot /></button>' },
        'el-skeleton': true,
      },
    },
  })
  await flushPromises()
  return { panel, router }
}

it('tells the change, its parts largest first, their sum, and opens each part as exactly its rows', async () => {
  vi.spyOn(client, 'explain').mockResolvedValue({ metric: state.metric, unit: 'count', currency: null, explanations: [explanation] }) // prettier-ignore
  const { panel, router } = await shown()
  expect(panel.find('[data-testid="explain-change"]').text()).toMatch(/\+28.*from 12 to 40/)
  expect(panel.findAll('tbody tr').map((row) => row.attributes('data-part'))).toEqual(['not_shipped', 'payment_failed'])
  expect(panel.find('[data-part="payment_failed"]').text()).toMatch(/Payment failed−3107/)
  expect(panel.find('[data-part="total"]').text()).toContain('+28')
  expect(panel.findAll('[data-part="total"] button').map((button) => button.text())).toEqual(['12', '40'])
  await panel.findAll('[data-part="not_shipped"] button')[1]!.trigger('click')
  await flushPromises()
  expect(readDrill(router.currentRoute.value.query['drill'])).toMatchObject({ ...state.after, value: 33, where: drill('after', 'not_shipped').where }) // prettier-ignore
})

it('another tab is no other question; another window is', async () => {
  const asked = vi.spyOn(client, 'explain').mockResolvedValue({ metric: state.metric, unit: 'count', currency: null, explanations: [explanation, { ...explanation, dimension: 'region', contributions: [part('广东', 12, 40)] }] }) // prettier-ignore
  const { panel, router } = await shown()
  await panel.findAll('[role="tab"]')[1]!.trigger('click')
  await flushPromises()
  expect(panel.findAll('tbody tr').map((row) => row.attributes('data-part'))).toEqual(['广东'])
  expect(asked).toHaveBeenCalledTimes(1)
  const period = panel.findAll('button').find((button) => button.text() === 'With the period before')
  await period!.trigger('click')
  await flushPromises()
  expect(asked).toHaveBeenCalledTimes(2)
  expect(readExplain(router.currentRoute.value.query['explain'])?.before).toEqual({ from: '2026-11-22T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' }) // prettier-ignore
})

it('says why there is nothing to tell, and what failed', async () => {
  vi.spyOn(client, 'explain').mockResolvedValue({ metric: state.metric, unit: 'count', currency: null, explanations: [{ ...explanation, change: null, contributions: [] }] }) // prettier-ignore
  expect((await shown()).panel.text()).toContain('There is no change to divide')
  expect((await shown({ ...state, metric: 'unheard_of' })).panel.text()).toContain('cannot be divided')
  vi.spyOn(client, 'explain').mockRejectedValue(new ApiError(400, 'invalid', 'narrow it'))
  expect((await shown()).panel.find('[role="alert"]').text()).toContain('narrow it')
})

it('compares a window with the one before it, a state with itself earlier, a bucket with the same one a week before', () => {
  const context = aContext()
  const [opened, backlog] = [aCard('anomalies_opened'), aCard('open_backlog', { snapshot: true })]
  expect(compareWindow(opened, { where: [] }, context)).toMatchObject({ after: context.window, before: { to: context.window.from } }) // prettier-ignore
  expect(compareWindow(backlog, { where: [] }, context)).toMatchObject({ after: { as_of: context.window.to }, before: { as_of: context.window.from } }) // prettier-ignore
  const bucket = { from: '2026-11-22T16:00:00.000Z', to: '2026-11-24T16:00:00.000Z' }
  expect(compareBucket(opened, { where: [] }, context, bucket)).toMatchObject({
    after: { from: bucket.from, to: context.window.to },
    before: { from: '2026-11-15T16:00:00.000Z', to: '2026-11-16T16:00:00.000Z' },
  })
})

it('offers neither what a filter has pinned nor parts of the clock', () => {
  const card = aCard('anomalies_opened', { dimensions: ['currency', 'day', 'weekday', 'region', 'anomaly_type'] })
  expect(explainDimensions(card, [])).toEqual(['anomaly_type', 'region', 'weekday'])
  expect(explainDimensions(card, [{ dimension: 'region', op: 'in', values: ['广东'] }])).not.toContain('region')
})

it.each([undefined, '', 'x', 'null', '{"metric":"m","where":[]}', '{"metric":"m","where":[],"before":{"from":"x","to":"y"},"after":{}}'])('reads %s as no comparison', (text) => expect(readExplain(text)).toBeNull()) // prettier-ignore
