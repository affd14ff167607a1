// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { aCard, aCatalogue } from '#dashboards/charts/sample.ts'
import type { UsualModel } from '#dashboards/charts/usual.ts'
import { client } from '#portal/api/client.ts'
import { i18n } from '#portal/i18n/index.ts'
import { useCatalogue } from '#portal/stores/catalogue.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import BoardNav from './BoardNav.vue'
import SpikeList from './SpikeList.vue'
import TileInfo from './TileInfo.vue'

const bucket = {
  from: '2026-11-22T16:00:00.000Z',
  to: '2026-11-23T16:00:00.000Z',
  label: '23 Nov',
  long_label: 'Monday',
}
const usual = (over: Partial<UsualModel> = {}): UsualModel => ({
  band: [{ low: 1, high: 10, expected: 4 }],
  spikes: [{ bucket, index: 0, observed: 60, expected: 11.4 }],
  isLearning: false,
  fewest_weeks: 4,
  learnt_at: null,
  ...over,
})

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

async function shown(component: object, props: object, path = '/') {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'Asia/Shanghai' })
  i18n.global.locale.value = 'en'
  const metrics = [
    aCard('anomaly_rate', { unit: 'share', maturing: true, times: ['created_at'] }),
    aCard('median_time_to_resolve', { unit: 'seconds', time_bases: ['calendar', 'business'], times: ['resolved_at'] }),
    aCard('open_backlog', { snapshot: true }),
  ]
  vi.spyOn(client, 'catalogue').mockResolvedValue({ ...aCatalogue, metrics })
  await useCatalogue(pinia).load()
  const empty = { template: '<i />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', name: 'overview', component: empty },
      { path: '/boards/:slug', name: 'board', component: empty },
    ],
  })
  await router.push(path)
  const popover = { template: '<div><slot name="reference" /><slot /></div>' }
  const found = mount(component, {
    props,
    global: { plugins: [pinia, i18n, router], stubs: { 'el-popover': popover } },
  })
  await flushPromises()
  return found
}

it('a spike is told in words and can be pressed; without enough weeks that is said', async () => {
  const list = await shown(SpikeList, { usual: usual(), grain: 'day' })
  expect(list.text()).toMatch(/same weekday of the weeks before.*23 Nov: 60 instead of 11/)
  await list.find('[data-spike]').trigger('click')
  expect(list.emitted('press')).toMatchObject([[{ observed: 60 }]])
  const learning = await shown(SpikeList, { usual: usual({ isLearning: true, spikes: [] }), grain: 'day' })
  expect(learning.text()).toBe('No usual range yet: it takes 4 weeks of data.')
  const dated = usual({ isLearning: true, spikes: [], learnt_at: '2026-12-08T16:00:00.000Z' })
  expect((await shown(SpikeList, { usual: dated, grain: 'day' })).text()).toMatch(
    /4 weeks of data\. The first comes on .*Dec/,
  )
})

it('a tile says what it counts, by which time, in which clock, and whether it is final', async () => {
  const metrics = ['anomaly_rate', 'median_time_to_resolve', 'open_backlog']
  const info = await shown(TileInfo, { metrics, title: 'T', business: true })
  expect(info.find('[data-definition="anomaly_rate"]').text()).toMatch(
    /share.*cohorts by “Placed”, in Asia\/Shanghai.*Recent values still change/,
  )
  expect(info.find('[data-definition="median_time_to_resolve"]').text()).toMatch(
    /duration.*business hours only.*less is better/,
  )
  expect(info.find('[data-definition="open_backlog"]').text()).toMatch(/number of anomalies.*a state/)
})

it('all boards are a press away, with the window but without what was open', async () => {
  const title = (en: string) => ({ en, zh: en })
  vi.spyOn(client, 'boards').mockResolvedValue(['overview', 'flow'].map((slug) => ({ slug, title: title(slug), description: title('d') }))) // prettier-ignore
  const nav = await shown(BoardNav, { slug: 'flow' }, '/boards/flow?window=30d&drill=%7B%7D')
  expect(nav.findAll('a').map((link) => link.attributes('href'))).toEqual(['/?window=30d', '/boards/flow?window=30d'])
  expect(nav.find('[aria-current="page"]').text()).toBe('flow')
})
