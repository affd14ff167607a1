// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { DataHealth, DeadLetters as Found, IngestJob } from '#api/contract/data.ts'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import AuditFaults from './AuditFaults.vue'
import DeadLetters from './DeadLetters.vue'
import RawBytes from './RawBytes.vue'

// Style sheets are for a bundler.
vi.mock('element-plus/es/components/message/style/css', () => ({}))

const at = '2026-11-23T12:00:00.000Z'
const now = Date.parse(at)
const group = (over: Partial<Found['groups'][number]> = {}): Found['groups'][number] => ({
  reason: 'wrong_type',
  topic: 'shop.payments',
  format: 'cloudevents',
  path: '$.data.amount',
  n: 37,
  first_seen: '2026-11-23T10:00:00.000Z',
  last_seen: '2026-11-23T11:59:00.000Z',
  detail: 'data.amount: expected integer, found "12.50"',
  latest: { topic: 'shop.payments', partition: 0, epoch: 'e', offset: '1' },
  ...over,
})
const found = (over: Partial<Found> = {}): Found => ({
  open: 40,
  cured: 2,
  total_groups: 2,
  groups: [group(), group({ path: '$.data.currency', n: 3 })],
  reasons: [{ reason: 'wrong_type', n: 40 }],
  topics: [{ topic: 'shop.payments', n: 40 }],
  formats: [{ format: 'cloudevents', n: 40 }],
  ...over,
})
const job: IngestJob = { job_id: '1', kind: 'replay', title: '', requested_by: '', state: 'running', done: 1, total: 4, outcome: '', detail: '', started_at: at, updated_at: at } // prettier-ignore

async function shown(component: object, props: Record<string, unknown>, path = '/data?tab=dead') {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language: 'en', zone: 'UTC' })
  i18n.global.locale.value = 'en'
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/data', component: {} }] })
  await router.push(path)
  const slot = { template: '<div><slot /><slot name="footer" /></div>' }
  const wrapper = mount(component, {
    props,
    global: {
      plugins: [pinia, i18n, router],
      stubs: {
        'el-button': { template: '<button><slot /></button>' },
        'el-dialog': {
          props: ['title'],
          template: '<div role="dialog">{{ title }}<slot /><slot name="footer" /></div>',
        },
        'el-drawer': true,
        'el-select': slot,
        'el-option': true,
        'el-skeleton': true,
        'el-pagination': true,
      },
    },
  })
  await flushPromises()
  return { wrapper, router }
}
const health = (jobs: IngestJob[] = []) => ({ jobs, can_replay: true }) as unknown as DataHealth

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})
afterEach(() => vi.restoreAllMocks())

it('shows groups with detail and times, and opens the messages of one as part of the address', async () => {
  vi.spyOn(client, 'deadLetters').mockResolvedValue(found())
  const { wrapper, router } = await shown(DeadLetters, { health: health(), now, mayAct: true })
  const row = wrapper.find('[data-group]')
  expect(row.text()).toMatch(/Wrong type.*\$\.data\.amount.*shop\.payments.*37.*2 hr ago.*1 min ago.*found "12\.50"/s)
  await row.find('button').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.query['letters']).toBe(
    '["wrong_type","shop.payments","cloudevents","$.data.amount","0"]',
  )
})

it('a replay of a group takes all its paths, says how many, and is asked for once', async () => {
  vi.spyOn(client, 'deadLetters').mockResolvedValue(found())
  const replay = vi.spyOn(client, 'replay').mockResolvedValue({ job_id: '1' })
  const { wrapper } = await shown(DeadLetters, { health: health(), now, mayAct: true })
  await wrapper.findAll('[data-group] button').at(2)!.trigger('click')
  expect(wrapper.find('[role="dialog"]').text()).toContain('Replay 40 dead letters?')
  expect(wrapper.find('[role="dialog"]').text()).toContain('Wrong type · shop.payments · cloudevents')
  const confirm = wrapper.find('[data-testid="confirm"]')
  await Promise.all([confirm.trigger('click'), confirm.trigger('click')])
  await flushPromises()
  expect(replay.mock.calls).toEqual([[{ reason: 'wrong_type', topic: 'shop.payments', format: 'cloudevents' }]])
  expect(wrapper.emitted('changed')).toHaveLength(1)
})

it('a refused replay says why and stays open', async () => {
  vi.spyOn(client, 'deadLetters').mockResolvedValue(found())
  vi.spyOn(client, 'replay').mockRejectedValue(new ApiError(409, 'conflict', 'a replay is running already'))
  const { wrapper } = await shown(DeadLetters, { health: health(), now, mayAct: true })
  await wrapper.find('[data-testid="replay-all"]').trigger('click')
  await wrapper.find('[data-testid="confirm"]').trigger('click')
  await flushPromises()
  expect(wrapper.find('[role="dialog"]').text()).toContain('a replay is running already')
})

it('who may not replay, and whoever waits for a replay, is told', async () => {
  vi.spyOn(client, 'deadLetters').mockResolvedValue(found())
  const reader = await shown(DeadLetters, { health: health(), now, mayAct: false })
  expect(reader.wrapper.text()).toContain('An administrator can do this.')
  expect(reader.wrapper.find('[data-testid="replay-all"]').attributes('disabled')).toBe('')
  const busy = await shown(DeadLetters, { health: health([job]), now, mayAct: true })
  expect(busy.wrapper.text()).toContain('A replay is running')
  expect(busy.wrapper.find('[role="progressbar"]').attributes('aria-valuenow')).toBe('25')
})

it.each([
  ['/data?tab=dead', 'No dead letters'],
  ['/data?tab=dead&cured=1', 'Nothing was cured yet'],
  ['/data?tab=dead&reason=empty', 'No dead letters of this kind'],
])('%s explains why it is empty', async (path, text) => {
  vi.spyOn(client, 'deadLetters').mockResolvedValue(found({ groups: [], total_groups: 0 }))
  const { wrapper } = await shown(DeadLetters, { health: health(), now, mayAct: true }, path)
  expect(wrapper.text()).toContain(text)
})

it('bytes are fetched when asked for, and gone when hidden', async () => {
  const place = { topic: 't', partition: 0, epoch: 'e', offset: '1' }
  const reveal = vi.spyOn(client, 'rawMessage').mockResolvedValue({
    ...place,
    format: 'shopify',
    batch_id: 'b',
    headers: '{"x":"y"}',
    key: '',
    value: '{ "phone": "138" }',
    shown_as: 'json',
    value_bytes: 18,
    truncated: false,
    is_hidden: false,
    broker_at: at,
    landed_at: at,
  })
  const { wrapper } = await shown(RawBytes, { place })
  expect(reveal).not.toHaveBeenCalled()
  expect(wrapper.text()).not.toContain('138')
  await wrapper.find('button').trigger('click')
  await flushPromises()
  expect(wrapper.find('pre').text()).toBe('{ "phone": "138" }')
  expect(wrapper.text()).toMatch(/18 B, JSON, laid out.*Headers/s)
  await wrapper.find('button').trigger('click')
  expect(wrapper.text()).not.toContain('138')
})

it('a fault says what to do and, on request, which offsets', async () => {
  vi.spyOn(client, 'auditFindings').mockResolvedValue({
    findings: [{ kind: 'gap', range_first: '137', range_last: '4200', n: 4_064 }],
  })
  const fault = { topic: 'shop.payments', partition: 2, epoch: 'e', audited_at: at, batches: 1, rows: 1, first_offset: '0', last_offset: '9000', gaps: 1, missing: 4_064, doubled: 0, altered: 0, unaccounted: 0, broker_checked: 0, broker_differing: 0 } // prettier-ignore
  const { wrapper } = await shown(AuditFaults, { faults: [fault], now })
  expect(wrapper.text()).toMatch(/shop\.payments \/ 2.*4,064 lost.*gaps: 1.*What to do: Restart the ingest role/s)
  await wrapper.find('button').trigger('click')
  await flushPromises()
  expect(wrapper.text()).toContain('Gap: offsets 137 to 4200 (4,064)')
})
