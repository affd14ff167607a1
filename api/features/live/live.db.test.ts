import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TickNotice } from '../../contract/live.ts'
import { openTestApp, type TestApp } from '../../test-app.ts'
import { createLive } from './live.ts'

const live = createLive()
const notice: TickNotice = {
  tick: '7',
  data_as_of: '2026-01-01T00:00:00.000Z',
  orders: 2,
  opened: 1,
  resolved: 1,
  order_ids: ['o1', 'o2'],
}
let one: TestApp
let address: string

beforeAll(async () => {
  one = await openTestApp({ live })
  address = await one.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => one.close())

async function watch(role: Parameters<TestApp['as']>[0]) {
  const reply = await fetch(`${address}/api/live`, {
    headers: { ...(await one.as(role)), accept: 'text/event-stream' },
  })
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader()
  return { reply, read: async () => (await reader.read()).value ?? '' }
}

test('a tick reaches everybody who watches, others’ orders do not', async () => {
  const all = await watch('manager')
  const scoped = await watch('agent.zhejiang')
  expect(all.reply.headers.get('content-type')).toContain('text/event-stream')
  expect([await all.read(), await scoped.read()]).toEqual([
    expect.stringContaining('event: hello'),
    expect.stringContaining('event: hello'),
  ])
  live.publish(notice)
  expect(await all.read()).toContain(`data: ${JSON.stringify(notice)}`)
  expect(await scoped.read()).toContain('"orders":0,"opened":0,"resolved":0,"order_ids":[]')
})

test('nobody watches without signing in', async () => {
  expect((await fetch(`${address}/api/live`, { headers: { accept: 'text/event-stream' } })).status).toBe(401)
})

test('open streams do not hold the app back from closing', async () => {
  const extra = await openTestApp({ live: createLive() })
  const at = await extra.app.listen({ host: '127.0.0.1', port: 0 })
  const reply = await fetch(`${at}/api/live`, {
    headers: { ...(await extra.as('admin')), accept: 'text/event-stream' },
  })
  expect(reply.status).toBe(200)
  const started = Date.now()
  await extra.close()
  expect(Date.now() - started).toBeLessThan(3_000)
})
