// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataHealth, DataSource, IngestJob } from '#api/contract/data.ts'
import { client } from '#portal/api/client.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import BalancePanel from './BalancePanel.vue'
import BreakersPanel from './BreakersPanel.vue'
import HealthAlerts from './HealthAlerts.vue'
import HealthCards from './HealthCards.vue'
import JobItem from './JobItem.vue'
import SourcesTable from './SourcesTable.vue'

// Style sheets are for a bundler.
vi.mock('element-plus/es/components/message/style/css', () => ({}))

const at = '2026-11-23T12:00:00.000Z'
const now = Date.parse(at)
const sums = { landed: 10, events: 7, dead_letters: 2, set_aside: 1, waiting: 0, reference: 0, missing: 0, surplus: 0 }
const health = (over: Partial<DataHealth> = {}): DataHealth => ({
  at,
  data_as_of: at,
  last_tick: null,
  balance: { ...sums, exact: false, balanced: true, at, topics: [] },
  audit: {
    last_round_at: '2026-11-23T11:59:48.000Z',
    clean_since: '2026-11-22T10:00:00.000Z',
    faulty_since: null,
    rounds: 431,
    streams: 3,
    batches: 40,
    rows: 1_200,
    broker_checked: 500,
    lost: 0,
    doubled: 0,
    altered: 0,
    unaccounted: 0,
    broker_differing: 0,
    faults: [],
  },
  sources: [],
  systems: [],
  breakers: [],
  set_aside: [],
  jobs: [],
  dead_by_reason: [],
  can_replay: true,
  ...over,
})
const source = (over: Partial<DataSource> = {}): DataSource => ({
  topic: 'shop.orders',
  kind: 'kafka',
  formats: ['cloudevents'],
  landed: 100,
  dead_letters: 0,
  waiting: 0,
  per_second: 2.5,
  minutes: [...Array.from({ length: 59 }, () => 0), 150],
  last_landed_at: '2026-11-23T11:59:58.000Z',
  lag: 0,
  behind_ms: 0,
  state: 'running',
  problem: '',
  streams: [],
  notes: [],
  ...over,
})

function shown(component: object, props: Record<string, unknown>, language: 'en' | 'zh' = 'en') {
  const pinia = createPinia()
  Object.assign(usePreferences(pinia), { language, zone: 'UTC' })
  i18n.global.locale.value = language
  const button = { template: '<button><slot /></button>' }
  return mount(component, {
    props,
    global: {
      plugins: [pinia, i18n],
      stubs: { 'el-button': button, 'el-dialog': true, RouterLink: { template: '<a><slot /></a>' } },
    },
  })
}

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

describe('the cards', () => {
  const storage = { disk: { free: 20e9, total: 100e9 }, tables: [], landing_paused_since: null }
  const disk = { storage, now }

  it('say that nothing is lost, since when, and what that is based on', () => {
    const text = shown(HealthCards, { health: health(), ...disk }).text()
    expect(text).toMatch(/0 lost, 0 doubled.*since 22 Nov, 10:00/)
    expect(text).toContain('431 rounds, the last 12 sec ago')
    expect(text).toContain('Messages: 1,200, batches: 40, streams: 3, 500 read again at the broker')
    expect(text).toContain('20 GB free')
    expect(shown(HealthCards, { health: health(), ...disk }, 'zh').text()).toContain('丢失 0，重复 0')
  })

  it('say what was lost in red, and that an auditor is missing or has gone quiet', () => {
    const { audit } = health()
    const fault = { ...audit, lost: 3, clean_since: null, faulty_since: at, faults: [{ topic: 't' }] }
    const cards = shown(HealthCards, { health: health({ audit: fault as never }), ...disk })
    expect(cards.find('[data-card="audit"] b').classes()).toContain('bad')
    expect(cards.text()).toMatch(/✕.*3 lost, 0 doubled.*first seen 23 Nov, 12:00/)
    const none = { ...audit, last_round_at: null }
    expect(shown(HealthCards, { health: health({ audit: none }), ...disk }).text()).toContain('Not audited yet')
    const quiet = { ...audit, last_round_at: '2026-11-23T10:00:00.000Z' }
    expect(shown(HealthCards, { health: health({ audit: quiet }), ...disk }).text()).toContain(
      'has not gone round since 23 Nov, 10:00',
    )
  })

  it('say since when nothing lands because the disk is nearly full', () => {
    const full = { ...storage, disk: { free: 9e9, total: 100e9 }, landing_paused_since: '2026-11-23T11:40:00.000Z' }
    const cards = shown(HealthCards, { health: health(), storage: full, now })
    expect(cards.get('[data-card="disk"] [role="alert"]').text()).toContain('Nothing lands since 23 Nov, 11:40')
  })
})

describe('the balance', () => {
  it('is an equation of what there is, and is checked exactly on request', async () => {
    const exact = vi.spyOn(client, 'balance').mockResolvedValue({
      ...sums,
      exact: true,
      balanced: false,
      missing: 2,
      at,
      topics: [{ topic: 'lossy', ...sums, missing: 2 }],
    })
    const panel = shown(BalancePanel, { balance: health().balance })
    expect(panel.findAll('[data-sum]').map((sum) => sum.attributes('data-sum'))).toEqual([
      'landed',
      'events',
      'dead',
      'aside',
    ])
    expect(panel.text()).toContain('Every message is accounted for')
    expect(exact).not.toHaveBeenCalled()
    await panel.find('[data-testid="check-exactly"]').trigger('click')
    await flushPromises()
    expect(panel.text()).toContain('2 messages were declared derived and became nothing')
    expect(panel.find('tbody tr').text()).toMatch(/lossy.*−2/)
  })

  it('warns of what counts twice before a merge, and is alarmed about what is missing', () => {
    const { balance } = health()
    const verdict = (over: object) =>
      shown(BalancePanel, { balance: { ...balance, balanced: false, ...over } })
        .find('[role="status"]')
        .classes()
    expect(verdict({ surplus: 1 })).toEqual(['warn'])
    expect(verdict({ missing: 1 })).toEqual(['bad'])
  })
})

describe('sources', () => {
  it('tell rate, lag with its time, state; and open to their partitions and notes', async () => {
    const table = shown(SourcesTable, {
      now,
      sources: [
        source({ topic: 'webhook/shop', kind: 'webhook', lag: null, behind_ms: null, state: '' }),
        source({
          lag: 1_200,
          behind_ms: 90_000,
          state: 'stopped',
          problem: 'offsets 1 to 5 are gone',
          streams: [
            { partition: 0, epoch: 'e', state: 'stopped', problem: '', next_offset: '7', broker_low: '0', broker_high: '1207', lag: 1_200, reported_at: at, per_second: 0 }, // prettier-ignore
          ],
          notes: [
            { noted_at: at, partition: 0, kind: 'retention_cut', range_first: '1', range_last: '5', detail: 'gone' },
          ],
        }),
      ],
    })
    const rows = table.findAll('tbody')
    expect(rows.map((row) => row.attributes('data-source'))).toEqual(['shop.orders', 'webhook/shop'])
    expect(rows[0]!.text()).toMatch(
      /Kafka topic.*notes: 1.*Stopped.*2\.5 \/s.*2 sec ago.*1,200, 1 min 30 s.*offsets 1 to 5 are gone/s,
    )
    expect(rows[0]!.find('svg').attributes('aria-label')).toBe('150 messages in the last hour, at most 150 in a minute')
    const button = rows[0]!.find('button')
    expect(button.attributes('aria-expanded')).toBe('false')
    await button.trigger('click')
    expect(button.attributes('aria-expanded')).toBe('true')
    expect(rows[0]!.text()).toMatch(/0 … 1207.*Cut by retention.*offsets 1 to 5/s)
    await rows[1]!.find('button').trigger('click')
    expect(rows[1]!.text()).toContain('nobody can tell how many are still to come')
  })

  it('are explained when there are none', () => {
    expect(shown(SourcesTable, { now, sources: [] }).text()).toMatch(/Nothing has landed yet.*npm run import/)
  })
})

const breaker = {
  topic: 'shop.payments',
  messages: 600,
  rejected: 240,
  detail: '',
  changed_by: 'Ann',
  changed_at: at,
  waiting: 12,
}

it('alerts name what needs attention and lead to it', async () => {
  const alerts = shown(HealthAlerts, {
    health: health({
      breakers: [{ ...breaker, state: 'open' }],
      sources: [source({ state: 'stopped', problem: 'no broker' })],
      systems: [{ source: '/oms', silent_since: at } as never],
    }),
  })
  expect(alerts.text()).toContain(
    'Derivation of shop.payments is stopped: 40% of its messages were rejected. 12 messages wait',
  )
  expect(alerts.text()).toContain('shop.orders: no broker')
  expect(alerts.text()).toContain('/oms has been silent since')
  await alerts.findAll('button')[0]!.trigger('click')
  expect(alerts.emitted('look')).toEqual([['derivation']])
  expect(shown(HealthAlerts, { health: health() }).html()).toBe('<!--v-if-->')
})

it('a stopped derivation says why and what waits; only an administrator may go on', () => {
  const open = (mayAct: boolean) => shown(BreakersPanel, { breakers: [{ ...breaker, state: 'open' }], now, mayAct })
  expect(open(true).text()).toContain('240 of 600 messages were rejected (40%)')
  expect(open(true).text()).toContain('12 messages wait')
  expect(open(true).find('button').attributes('disabled')).toBeUndefined()
  expect(open(false).find('button').attributes('disabled')).toBe('')
  expect(open(false).text()).toContain('An administrator can do this.')
  const held = shown(BreakersPanel, { breakers: [{ ...breaker, state: 'held' }], now, mayAct: true })
  expect(held.text()).toContain('on the word of Ann until 23 Nov, 13:00')
})

it('a job shows its bar, rate, time left and outcome, and can be stopped while it runs', async () => {
  const job: IngestJob = {
    job_id: '1',
    kind: 'replay',
    title: 'wrong_type',
    requested_by: 'Ann',
    state: 'running',
    done: 500,
    total: 2_000,
    outcome: '{"cured":400,"remaining":100,"left_out":0}',
    detail: '',
    started_at: '2026-11-23T11:59:50.000Z',
    updated_at: at,
  }
  const item = shown(JobItem, { job, now, mayStop: true, stopping: false })
  expect(item.find('[role="progressbar"]').attributes('aria-valuenow')).toBe('25')
  expect(item.text()).toMatch(/500 of 2,000.*50 \/s.*about 30 s left.*400 cured.*100 still fail/)
  await item.find('button').trigger('click')
  expect(item.emitted('stop')).toHaveLength(1)
  const after = { ...job, state: 'interrupted' as const }
  const interrupted = shown(JobItem, { job: after, now: now + 120_000, mayStop: true, stopping: false })
  expect(interrupted.text()).toMatch(/Interrupted.*its process ended before it was done.*the same replay again/)
  expect(interrupted.find('button').exists()).toBe(false)
  const file = { ...after, kind: 'import', outcome: '31 %  9 rows' }
  expect(shown(JobItem, { job: file, now, mayStop: true, stopping: false }).text()).toMatch(/the same command again/)
})
