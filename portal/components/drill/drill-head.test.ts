// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DrillResult } from '#api/contract/metrics.ts'
import { i18n } from '#portal/i18n/index.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import type { DrillState } from '#portal/url/drill-query.ts'
import DrillHead from './DrillHead.vue'

const state: DrillState = {
  metric: 'anomalies_opened',
  where: [{ dimension: 'anomaly_type', op: 'in', values: ['not_shipped'] }],
  zone: 'UTC',
  from: '2026-11-20T00:00:00Z',
  to: '2026-11-21T00:00:00Z',
  value: 37,
  n: 37,
}
const result: DrillResult = {
  metric: 'anomalies_opened',
  entity: 'anomaly',
  counts: 'anomaly',
  total: 37,
  orders: 35,
  value: 37,
  unit: 'count',
  currency: null,
  columns: [],
  rows: [],
  as_of: '2026-11-22T00:00:00Z',
}

function shown(
  part: Partial<DrillState> = {},
  answer: Partial<DrillResult> = {},
  language: 'en' | 'zh' = 'en',
): string {
  return mounted(part, answer, language).text()
}

function mounted(part: Partial<DrillState>, answer: Partial<DrillResult>, language: 'en' | 'zh') {
  const pinia = createPinia()
  usePreferences(pinia).language = language
  i18n.global.locale.value = language
  return mount(DrillHead, {
    props: {
      state: { ...state, ...part },
      result: { ...result, ...answer },
      title: 'Anomalies opened',
      exporting: false,
    },
    global: { plugins: [pinia, i18n], stubs: ['el-button'] },
  })
}

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
})

describe('head of the drill drawer', () => {
  it('says N of N and the orders, in both languages', () => {
    expect(shown()).toContain('37 of 37 anomalies on 35 orders')
    expect(shown({}, {}, 'zh')).toContain('37 / 37 个异常，涉及 35 个订单')
  })

  it('names the mark’s filters by label and its window', () => {
    expect(shown()).toContain('anomaly_type: Not shipped')
    expect(shown()).toContain('20 Nov, 00:00 to 21 Nov, 00:00')
  })

  it('names an incident by what it is and since when, and says when there is none such any more', async () => {
    const incident = {
      anomaly_type: 'logistics_stalled',
      cause_kind: 'carrier',
      cause: 'yto',
      started_at: '2026-11-20T09:00:00Z',
    }
    vi.stubGlobal('fetch', (path: string) =>
      Promise.resolve(new Response(JSON.stringify({ incident }), { status: path.endsWith('/a1b2') ? 200 : 404 })),
    )
    const head = mounted({ where: [{ dimension: 'incident', op: 'in', values: ['a1b2', 'c3d4'] }] }, {}, 'zh')
    await flushPromises()
    expect(head.text()).toMatch(/承运商 圆通：物流停滞（11月20日.*起）、已不存在的事故/)
    expect(head.text()).not.toMatch(/a1b2|c3d4/)
  })

  it('says so when data has moved since the mark was drawn', () => {
    expect(shown({}, { total: 38, value: 38 })).toContain('The mark said 37')
    expect(shown()).not.toContain('The mark said')
  })

  it('counts orders alone when orders are what is counted', () => {
    expect(shown({}, { entity: 'order', counts: 'order', orders: 37 })).toContain('37 of 37 orders')
  })

  it('counts what is counted, beside its rows, and says one of one', () => {
    const incidents = { counts: 'incident' as const, value: 2 }
    expect(shown({ value: 2 }, incidents)).toContain('2 of 2 incidents: 37 anomalies on 35 orders')
    expect(shown({ value: 2 }, incidents)).not.toContain('The mark said')
    expect(shown({ value: 3 }, incidents)).toContain('The mark said 3')
    expect(shown({ value: 2 }, incidents, 'zh')).toContain('2 / 2 个事故：37 个异常，涉及 35 个订单')
    const one = { total: 1, orders: 1, value: 1 }
    expect(shown({ value: 1 }, one)).toContain('1 of 1 anomaly on 1 order')
    expect(shown({ value: 1 }, { ...one, counts: 'order' })).toContain('1 of 1 order: 1 anomaly')
  })

  it('says nothing of orders where there are none', () => {
    expect(shown({}, { entity: 'record', counts: 'record', orders: 0 })).not.toContain('order')
  })

  it('shows the value of what is not a count, and the rows it was measured on', () => {
    expect(shown({ value: 123_456 }, { unit: 'money', currency: 'CNY', value: 123_456 })).toMatch(
      /¥1,234\.56.*37 of 37 anomalies/,
    )
  })
})
