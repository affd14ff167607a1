/** Silent sources by the API: for everybody signed in, each within what they may see. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RowScope } from '#transforms/query/request.ts'
import type { SilentSource } from '#transforms/query/source-health.ts'
import { type TestApp, aDoor, openTestApp } from '../../test-app.ts'

const silent: SilentSource = {
  source: '/shop/tmall/carrier',
  state: 'silent',
  silent_since: '2026-11-18T10:00:00.000Z',
  raised_at: '2026-11-18T10:11:00.000Z',
  last_event_at: '2026-11-18T09:59:58.000Z',
  gap_p99_s: 120,
  limit_s: 600,
  rules_paused: ['delivery_late', 'label_no_pickup', 'logistics_stalled'],
  channels: ['tmall'],
}
const asked: RowScope[] = []

let opened: TestApp
beforeAll(async () => {
  opened = await openTestApp({
    door: aDoor({
      silentSources: async (scope) => {
        asked.push(scope)
        return [silent]
      },
    }),
  })
})
afterAll(() => opened.close())

test('whoever is not signed in is told nothing', async () => {
  expect((await opened.app.inject({ url: '/api/sources/silent' })).statusCode).toBe(401)
  expect(asked).toEqual([])
})

test('the source, since when, and which rules wait for it', async () => {
  const reply = await opened.app.inject({ url: '/api/sources/silent', headers: await opened.as('manager') })
  expect(reply.statusCode).toBe(200)
  expect(reply.json()).toMatchObject({ sources: [silent], data_as_of: expect.any(String) as string })
})

test('the door is asked within the scope of the person', async () => {
  await opened.app.inject({ url: '/api/sources/silent', headers: await opened.as('agent.zhejiang') })
  expect(asked.at(-1)).toMatchObject({ regions: ['浙江'] })
})
