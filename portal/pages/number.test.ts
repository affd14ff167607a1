// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import Number from './Number.vue'

// The sheet of a message is for a bundler.
vi.mock('element-plus/es/components/message/style/css', () => ({}))

const card = {
  name: 'anomalies_opened',
  label: { en: 'Anomalies opened', zh: '新增异常' },
  description: { en: 'Anomalies by the time they opened.', zh: '按打开时间统计的异常。' },
  version: '1f0c2b7a9d3e',
  dimensions: ['channel'],
}
const asked = {
  metric: 'anomalies_opened',
  where: [{ dimension: 'channel', op: 'in', values: ['tmall'] }],
  zone: 'UTC',
  from: '2026-11-20T00:00:00Z',
  to: '2026-11-21T00:00:00Z',
  by: [],
  order: 'natural',
  part: 'numerator',
  descending: true,
}
const answer = (total: number) => ({
  metric: 'anomalies_opened',
  entity: 'anomaly',
  counts: 'anomaly',
  total,
  orders: total,
  value: total,
  unit: 'count',
  currency: null,
  columns: [{ name: 'order_no', type: 'text' }],
  rows: total === 0 ? [] : [{ order_id: 'o1', order_no: '1001' }],
  as_of: '2026-11-22T00:00:00.000Z',
  next_cursor: null,
  asked,
})
const refusal = (status: number, reason: string) =>
  Response.json({ code: 'conflict', message: '', reason, parts: { metric: 'anomalies_opened' } }, { status })

let asks: string[]
beforeEach(() => {
  localStorage.clear()
  asks = []
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

async function open(query: string, told: () => Response, language: 'en' | 'zh' = 'en') {
  vi.stubGlobal('fetch', async (path: string) => {
    if (path === '/api/metrics') return Response.json({ metrics: [card], dimensions: [] })
    asks.push(path)
    return told()
  })
  const pinia = createPinia()
  usePreferences(pinia).language = language
  i18n.global.locale.value = language
  const page = { template: '<i />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/number', name: 'number', component: Number },
      { path: '/overview', name: 'overview', component: page },
      { path: '/orders/:id', name: 'order', component: page },
    ],
  })
  await router.push(`/number${query}`)
  const stubs = { 'el-button': { template: '<button><slot /></button>' }, ExportMenu: true }
  const shown = mount(Number, { global: { plugins: [pinia, i18n, router], stubs } })
  await flushPromises()
  return { shown, router }
}

it('shows what the number says, how it is defined, of when it is, and its orders', async () => {
  const { shown, router } = await open('?descriptor=a.b&value=37&n=37', () => Response.json(answer(37)))
  expect(shown.get('h1').text()).toBe('Anomalies opened')
  for (const said of [
    '37 of 37 anomalies',
    card.description.en,
    card.version,
    '20 Nov, 00:00 to 21 Nov',
    'channel: Tmall',
  ])
    expect(shown.text()).toContain(said)
  expect(shown.text()).not.toContain('when it was passed on')
  expect(shown.findAll('[data-testid="drill-row"] a').map((one) => one.attributes('href'))).toEqual(['/orders/o1'])
  await shown.get('th button').trigger('click')
  await flushPromises()
  await shown.get('th button').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.query).toMatchObject({ descriptor: 'a.b', sort: 'order_no', value: '37' })
  expect(asks).toEqual([
    '/api/drill?descriptor=a.b&limit=25',
    '/api/drill?descriptor=a.b&limit=25&sort=order_no&ascending=1',
    '/api/drill?descriptor=a.b&limit=25&sort=order_no',
  ])
})

it('says where less of it is to be seen than was passed on, and where nothing is', async () => {
  const less = await open('?descriptor=a.b&value=37&n=37', () => Response.json(answer(12)))
  expect(less.shown.text()).toContain('It said 37 when it was passed on')
  const none = await open('?descriptor=a.b&value=37&n=37', () => Response.json(answer(0)), 'zh')
  expect(none.shown.text()).toMatch(/没有您可以查看的明细.*转发时为 37/s)
})

it('a link that was cut, or whose metric was defined anew, says so and what to do', async () => {
  for (const query of ['', '?descriptor=cut']) {
    const { shown } = await open(query, () => refusal(404, 'descriptor_refused'))
    expect(shown.text()).toMatch(/is not whole.*again/s)
  }
  expect(asks).toEqual(['/api/drill?descriptor=cut&limit=25'])
  const { shown } = await open('?descriptor=a.b', () => refusal(409, 'metric_redefined'))
  expect(shown.get('h1').text()).toBe('Anomalies opened')
  expect(shown.text()).toMatch(/defined anew.*It now says: Anomalies by the time/s)
})
