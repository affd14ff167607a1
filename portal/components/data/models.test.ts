// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ModelState } from '#api/contract/data.ts'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { lineageOf } from '#portal/data/lineage.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import ModelsPanel from './ModelsPanel.vue'

const at = '2026-11-23T12:00:00.000Z'
const model = (name: string, reads: string[], over: Partial<ModelState> = {}): ModelState => ({
  name,
  layer: 'facts',
  kind: 'table',
  description: `What ${name} is.`,
  tags: [],
  reads,
  read_by: [],
  last_build: { at, outcome: 'built', rows: 12, ms: 340, detail: '' },
  fresh_at: at,
  is_changed: false,
  ...over,
})
const models = [
  model('events_clean', ['raw.events'], { layer: 'staging' }),
  model('orders', ['events_clean']),
  model('rollup', ['orders', 'events_clean'], { layer: 'marts', is_changed: true }),
  model('aside', ['raw.events'], {
    last_build: { at, outcome: 'failed', rows: null, ms: 2, detail: 'no such column' },
  }),
]

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

async function shown(path = '/') {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'UTC' })
  i18n.global.locale.value = 'en'
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: ModelsPanel }] })
  await router.push(path)
  const button = { template: '<button><slot /></button>' }
  const panel = mount(ModelsPanel, {
    props: { now: Date.parse(at) + 60_000, tables: [{ name: 'rollup', rows: 77, bytes: 1, parts: 1 }] },
    global: { plugins: [pinia, i18n, router], stubs: { 'el-button': button, 'el-skeleton': true } },
  })
  await flushPromises()
  return { panel, router }
}

it('each model is told with its layer, its last build, and whether its text has changed since', async () => {
  vi.spyOn(client, 'models').mockResolvedValue(models)
  const { panel } = await shown()
  expect(panel.find('[data-model="orders"]').text()).toMatch(/Facts.*Table.*12.*1 min ago.*340 ms.*Built/)
  expect(panel.find('[data-model="rollup"]').text()).toMatch(/77.*text changed/)
  expect(panel.find('[data-model="orders"]').text()).not.toContain('text changed')
  expect(panel.text()).toContain('The last build of 1 model failed')
})

it('a pressed model opens with columns, tests and statement, and its address can be shared', async () => {
  vi.spyOn(client, 'models').mockResolvedValue(models)
  const asked = vi.spyOn(client, 'model').mockResolvedValue({
    name: 'orders',
    path: 'models/facts/orders.sql',
    columns: [{ name: 'order_id', description: 'The order.', tests: ['unique'] }],
    tests: [],
    unit_tests: [{ name: 'paid_twice', description: '' }],
    sql: 'select 1',
  })
  const { panel, router } = await shown()
  await panel.find('[data-node="orders"]').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.query).toEqual({ model: 'orders' })
  expect(asked).toHaveBeenCalledWith('orders')
  expect(panel.find('[data-model-detail="orders"]').text()).toMatch(
    /events_clean.*paid twice.*order_id.*The order\..*unique.*select 1/s,
  )
  expect(panel.findAll('[data-node]').map((node) => node.attributes('data-node'))).not.toContain('aside')
  await panel.find('[data-node="orders"]').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.query).toEqual({})
})

it('a failed build tells why; an answer that does not come can be asked for again', async () => {
  vi.spyOn(client, 'model').mockRejectedValue(new ApiError(500, 'internal', 'away'))
  vi.spyOn(client, 'models').mockResolvedValue(models)
  const { panel } = await shown('/?model=aside')
  expect(panel.find('[data-model-detail="aside"]').text()).toMatch(/no such column.*could not be loaded/s)
  vi.spyOn(client, 'models').mockRejectedValue(new ApiError(500, 'internal', 'away'))
  expect((await shown()).panel.find('[role="alert"]').text()).toContain('away')
})

it('stands left of what reads it, by the longest way, and a focus leaves out what has nothing to do with it', () => {
  const whole = lineageOf(models, null)
  const x = new Map(whole.nodes.map((node) => [node.name, node.x]))
  for (const { from, to } of whole.edges) expect(x.get(from)!).toBeLessThan(x.get(to)!)
  expect(new Set(whole.nodes.map((node) => `${node.x} ${node.y}`)).size).toBe(whole.nodes.length)
  expect(lineageOf(models, 'orders').nodes.map(({ name }) => name).sort()).toEqual(['events_clean', 'orders', 'raw.events', 'rollup']) // prettier-ignore
  expect(lineageOf([], null)).toMatchObject({ nodes: [], edges: [] })
})
