// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { ApiError } from '#portal/api/api-error.ts'
import { i18n } from '#portal/i18n/index.ts'
import StateNotice from './StateNotice.vue'

afterEach(() => {
  i18n.global.locale.value = 'en'
})
const shown = (error: ApiError) =>
  mount(StateNotice, {
    props: { error },
    global: { plugins: [i18n], stubs: { 'el-button': { template: '<button><slot /></button>' } } },
  })

it.each([
  ['no answer', new ApiError(0, 'offline', ''), /cannot be reached.*try again/i, true],
  ['a fault of the server', new ApiError(500, 'internal', 'broken'), /could not be loaded.*broken/i, true],
  ['a question that is wrong', new ApiError(400, 'invalid_input', 'no such day'), /as it is asked.*no such day/, false],
  ['what one may not see', new ApiError(403, 'forbidden', 'not yours'), /may not see.*not yours/, false],
])('%s says what it is, and offers to try again only what may come out otherwise', (_name, error, text, canRetry) => {
  const notice = shown(error)
  expect(notice.text()).toMatch(text)
  expect(notice.find('button').exists()).toBe(canRetry)
})

it.each([
  ['a code', new ApiError(504, 'timeout', 'this took too long'), '处理时间过长'],
  [
    'a reason',
    new ApiError(400, 'invalid_input', 'cron: …', '', 'cron_never', { came: '0 0 30 2 *' }),
    '0 0 30 2 *”永远',
  ],
  ['a role', new ApiError(403, 'not_allowed', 'no', '', 'role_needed', { expected: 'admin', came: 'agent' }), '管理员'],
  ['a refused action', new ApiError(409, 'action_refused', 'above', '', 'above_limit'), '金额超出您的权限'],
  ['a code of a later version', new ApiError(400, 'brand_new', 'in English'), 'in English'],
])('%s is said in the reader’s language', (_name, error, text) => {
  i18n.global.locale.value = 'zh'
  expect(shown(error).text()).toContain(text)
})
