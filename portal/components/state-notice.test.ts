// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { ApiError } from '#portal/api/api-error.ts'
import { i18n } from '#portal/i18n/index.ts'
import StateNotice from './StateNotice.vue'

beforeEach(() => {
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
