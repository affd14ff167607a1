// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '#portal/api/api-error.ts'
import { client, type SearchReply } from '#portal/api/client.ts'
import { i18n } from '#portal/i18n/index.ts'
import SearchBox from './SearchBox.vue'

const push = vi.hoisted(() => vi.fn<(to: unknown) => void>())
vi.mock('vue-router', () => ({ useRouter: () => ({ push }) }))

const row: SearchReply['results'][number] = {
  order_id: 'o1',
  order_no: 'SO-1',
  matched: '王小明',
  kind: 'buyer_name',
  precision: 'approximate',
  channel: 'tmall',
  region: '广东',
  order_status: 'shipped',
  created_at: '2026-11-20T09:00:00Z',
  amount_payable: 100,
  currency: 'CNY',
}
const asked = vi.spyOn(client, 'search')
let box: ReturnType<typeof mount>

beforeEach(async () => {
  vi.useFakeTimers()
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  asked.mockReset().mockResolvedValue({ results: [row, { ...row, order_id: 'o2', precision: 'exact' }], more: false })
  push.mockReset()
  box = mount(SearchBox, { attachTo: document.body, global: { plugins: [createPinia(), i18n] } })
  await box.get('input').trigger('focus')
})
afterEach(() => {
  box.unmount()
  vi.useRealTimers()
})

async function type(text: string): Promise<void> {
  await box.get('input').setValue(text)
  await vi.advanceTimersByTimeAsync(200)
  await flushPromises()
}

it('asks once for what was typed in one go, and gives up what is no longer asked', async () => {
  await box.get('input').setValue('王')
  await box.get('input').setValue('王晓')
  await type('王晓明')
  expect(asked.mock.calls.map(([query]) => query?.q)).toEqual(['王晓明'])
  let answer: (reply: SearchReply) => void = () => undefined
  asked.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
  await type('slow')
  const signal = asked.mock.lastCall?.[1]
  await type('fast')
  expect(signal?.aborted).toBe(true)
  answer({ results: [{ ...row, order_no: 'LATE' }], more: false })
  await flushPromises()
  expect(box.text()).not.toContain('LATE')
})

it('says what was found and whether only nearly, and is left with the keyboard', async () => {
  await type('王晓明')
  const [near, exact] = box.findAll('[role=option]')
  expect(near?.text()).toMatch(/(近似|similar).*王小明/)
  expect(exact?.find('.near').exists()).toBe(false)
  await box.get('input').trigger('keydown', { key: 'ArrowDown' })
  expect(box.get('input').attributes('aria-activedescendant')).toBe('found-1')
  await box.get('input').trigger('keydown', { key: 'Enter' })
  expect(push).toHaveBeenCalledWith({ name: 'order', params: { id: 'o2' } })
  expect(box.find('[role=listbox]').exists()).toBe(false)
})

it('tells nothing found from a failure, which may be tried again', async () => {
  asked.mockResolvedValueOnce({ results: [], more: false })
  await type('nobody')
  expect(box.text()).toContain('nobody')
  asked.mockRejectedValueOnce(new ApiError(0, 'offline', 'no answer'))
  await type('again')
  expect(box.find('[role=alert]').exists()).toBe(true)
  await box.get('[role=alert] button').trigger('click')
  await flushPromises()
  expect(box.findAll('[role=option]')).toHaveLength(2)
})

it('filters are asked together with the text, and alone', async () => {
  await box.get('.bar button').trigger('click')
  const [, , , status] = box.findAll('select')
  await status?.setValue('shipped')
  await vi.advanceTimersByTimeAsync(200)
  expect(asked.mock.lastCall?.[0]).toMatchObject({ q: '', order_status: 'shipped' })
  await type('mug')
  expect(asked.mock.lastCall?.[0]).toMatchObject({ q: 'mug', order_status: 'shipped' })
})
