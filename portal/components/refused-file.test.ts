// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '#portal/i18n/index.ts'
import RefusedFile from './RefusedFile.vue'

it('says in words why a file did not come and what to do, until it is dismissed', async () => {
  const page = { template: '<i />' }
  const routes = [{ path: '/exports', name: 'exports', component: page }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  const banner = mount(RefusedFile, {
    global: { plugins: [i18n, router], stubs: { 'el-button': { template: '<button><slot /></button>' } } },
  })
  const said = async (query: string) => {
    await router.push(`/exports${query}`)
    return banner.text()
  }
  expect(await said('')).toBe('')
  expect(await said('?refused=export_gone')).toMatch(/no file of this export any more.*whoever made/s)
  expect(await said('?refused=not_found')).toMatch(/does not exist.*whoever made/s)
  expect(await said('?refused=<b>Call+us</b>')).toMatch(/could not be loaded/)
  expect(banner.text()).not.toContain('Call')
  await banner.get('button').trigger('click')
  await flushPromises()
  expect([banner.text(), router.currentRoute.value.fullPath]).toEqual(['', '/exports'])
})
