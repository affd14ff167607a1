// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { IncidentRow } from '#api/contract/incidents.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import { readDrill } from '#portal/url/drill-query.ts'
import IncidentTable from './IncidentTable.vue'
import IncidentTimeline from './IncidentTimeline.vue'

const incident: IncidentRow = {
  incident_id: 'i1',
  anomaly_type: 'not_shipped',
  category: 'fulfillment',
  cause_kind: 'warehouse',
  cause: 'GZ-02',
  started_at: '2026-11-25T12:00:00.000Z',
  last_member_at: '2026-11-26T12:00:00.000Z',
  quiet_at: '2026-11-27T12:00:00.000Z',
  resolved_at: null,
  status: 'active',
  members: 9,
  open_members: 3,
  orders: 9,
  open_orders: 1,
  escalated_members: 2,
  severity: 's1',
  exposure: [
    { currency: 'CNY', amount: 12_345 },
    { currency: 'EUR', amount: 678 },
  ],
  expected: 1,
  score: 20,
}
const own = { dimension: 'incident', op: 'in', values: ['i1'] }

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

async function shown(component: object, props: object) {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'UTC' })
  i18n.global.locale.value = 'en'
  const empty = { template: '<i />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: empty },
      { path: '/incidents/:id', name: 'incident', component: empty },
    ],
  })
  await router.push('/')
  const found = mount(component, { props, global: { plugins: [pinia, i18n, router] } })
  const drillOf = async (part: string, nth = 0) => {
    await found.findAll(`[data-part="${part}"]`)[nth]!.trigger('click')
    await flushPromises()
    return readDrill(router.currentRoute.value.query['drill'])
  }
  return { found, drillOf }
}

it('every number of an incident opens as its members, each currency apart', async () => {
  const { found, drillOf } = await shown(IncidentTable, { incidents: [incident], members: 'open' })
  expect(found.find('[data-part="orders"]').text()).toBe('1 order')
  expect(await drillOf('orders')).toMatchObject({ metric: 'orders_in_incidents', where: [own], value: 1 })
  expect(await drillOf('escalated')).toMatchObject({ metric: 'escalated_backlog', where: [own], value: 2 })
  expect(await drillOf('exposure', 1)).toMatchObject({
    metric: 'money_in_incidents',
    where: [own, { dimension: 'currency', op: 'in', values: ['EUR'] }],
    value: 678,
  })
})

it('what joined and left in an hour opens within that hour, what was open as it was at its end', async () => {
  const hours = [{ at: '2026-11-26T10:00:00.000Z', joined: 4, left: 2, open: 7 }]
  const { drillOf } = await shown(IncidentTimeline, { id: 'i1', hours })
  const hour = { from: '2026-11-26T10:00:00.000Z', to: '2026-11-26T11:00:00.000Z' }
  expect(await drillOf('joined')).toMatchObject({ metric: 'anomalies_opened', where: [own], value: 4, ...hour })
  expect(await drillOf('left')).toMatchObject({ metric: 'anomalies_ended', where: [own], value: 2, ...hour })
  expect(await drillOf('open')).toMatchObject({ metric: 'open_backlog', value: 7, as_of: '2026-11-26T10:59:59.999Z' })
})
