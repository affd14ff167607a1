import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { liveEventSchemas } from '../../contract/live.ts'
import type { ChangeReads } from '#transforms/query/changes.ts'
import { aDoor, openTestApp, type TestApp } from '../../test-app.ts'
import { type TickNotice, createLive } from './live.ts'
import { liveOperations } from './openapi.ts'

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`
const notice = (tick: number, ...order_ids: string[]): TickNotice => ({
  tick: String(tick),
  data_as_of: at(tick),
  orders: order_ids.length,
  order_ids,
})
const live = createLive({ most: 4 })
const asked: string[] = []
let isAway = false
/** Orders of Zhejiang begin with z; the anomalies of x1 and z1 were judged. */
const changesOf: ChangeReads['changesOf'] = async ({ order_ids }, { regions }) => {
  asked.push(JSON.stringify(regions))
  if (isAway) throw new Error('the warehouse is away')
  const within = order_ids.filter((id) => regions === 'all' || id.startsWith('z'))
  return {
    orders: { order_ids: within, complete: true },
    anomalies: { order_ids: within.filter((id) => id.endsWith('1')), complete: true },
  }
}
let one: TestApp
let address: string
const open: (() => Promise<void>)[] = []

beforeAll(async () => {
  one = await openTestApp({ live, door: aDoor({ changesOf }) })
  address = await one.app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})
afterAll(() => one.close())

type Event = { id: string; event: string; data: unknown }
const parse = (text: string): Event[] =>
  text.split('\n\n').flatMap((block) => {
    const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
    return fields['event'] === undefined ? [] : [{ ...fields, data: JSON.parse(fields['data']) as unknown } as Event]
  })
const brief = (events: readonly Event[]) =>
  events.map(({ event, data }) => [event, ...((data as { order_ids?: string[] }).order_ids ?? [])].join(' '))

async function watch(headers: Record<string, string>, lastEventId?: string) {
  const giveUp = new AbortController()
  const reply = await fetch(`${address}/api/live`, {
    headers: { ...headers, accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: giveUp.signal,
  })
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let isOver = false
  open.push(async () => giveUp.abort())
  return {
    reply,
    /** Everything so far, once the last event is of this kind. */
    async until(...kinds: string[]): Promise<Event[]> {
      for (;;) {
        const events = parse(text)
        if (kinds.includes(events.at(-1)?.event ?? '') && text.endsWith('\n\n')) {
          text = ''
          return events
        }
        if (isOver) return events
        const { value, done } = await reader.read()
        text += value ?? ''
        isOver = done
      }
    },
    async ended(): Promise<Event[]> {
      while (!isOver) {
        const { value, done } = await reader.read()
        text += value ?? ''
        isOver = done
      }
      return parse(text)
    },
  }
}

test('each is told what is within their scope, of what is outside nothing but the clock of the data', async () => {
  const all = await watch(await one.as('manager'))
  const scoped = await watch(await one.as('agent.zhejiang'))
  expect(all.reply.headers.get('content-type')).toContain('text/event-stream')
  expect(await all.until('hello')).toEqual([{ id: '0.3', event: 'hello', data: { data_as_of: null } }])
  await scoped.until('hello')

  live.publish(notice(1, 'x1', 'z2'))
  expect(brief(await all.until('clock'))).toEqual(['orders x1 z2', 'queue x1', 'boards', 'clock'])
  expect(brief(await scoped.until('clock'))).toEqual(['orders z2', 'boards', 'clock'])

  live.publish(notice(2, 'x1'))
  await all.until('clock')
  const outside = await scoped.until('clock')
  expect(outside).toEqual([{ id: '2.3', event: 'clock', data: { data_as_of: at(2) } }])
  expect(JSON.stringify(outside)).not.toContain('x1')
})

test('the same scope is looked up once, however many watch', async () => {
  asked.length = 0
  const streams = [await watch(await one.as('manager')), await watch(await one.as('admin'))]
  for (const stream of streams) await stream.until('hello')
  live.publish(notice(3, 'z1'))
  for (const stream of streams) await stream.until('clock')
  expect(asked).toEqual(['"all"'])
})

test('who comes back gets what came meanwhile, from the middle of a notice on', async () => {
  const back = await watch(await one.as('agent.zhejiang'), '1.0')
  const first = await back.until('clock')
  const events = [...first]
  while (events.at(-1)?.id !== '3.3') events.push(...(await back.until('clock')))
  expect(brief(events)).toEqual(['boards', 'clock', 'clock', 'orders z1', 'queue z1', 'boards', 'clock'])
  expect(events.map(({ id }) => id)).toEqual(['1.2', '1.3', '2.3', '3.0', '3.1', '3.2', '3.3'])
})

test.each(['0.3', '999.3', 'nonsense', "1' or 1=1"])(
  'an id that nobody can go on from (%s) is told to read anew',
  async (id) => {
    const back = await watch(await one.as('manager'), id)
    expect(await back.until('reset')).toEqual([{ id: '3.4', event: 'reset', data: { data_as_of: at(3) } }])
  },
)

test('what is beyond the ring is told to read anew as well', async () => {
  for (const tick of [4, 5, 6, 7]) live.publish(notice(tick, 'z1'))
  expect(brief(await (await watch(await one.as('manager'), '3.3')).until('reset'))).toEqual(['reset'])
  const kept = await watch(await one.as('manager'), '4.3')
  expect((await kept.until('clock'))[0]?.id).toBe('5.0')
})

test('while the warehouse is away, watchers are told to read anew later, and the stream goes on', async () => {
  const stream = await watch(await one.as('manager'))
  await stream.until('hello')
  isAway = true
  live.publish(notice(8, 'z1'))
  expect(brief(await stream.until('reset'))).toEqual(['reset'])
  isAway = false
  live.publish(notice(9, 'z1'))
  expect(brief(await stream.until('clock'))).toEqual(['orders z1', 'queue z1', 'boards', 'clock'])
})

test('another scope takes effect on an open stream, and signing out ends it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() })
  const changing = await watch(await one.as('agent'))
  const leaving = await watch(await one.as('admin'))
  await changing.until('hello')
  await leaving.until('hello')
  const scope = JSON.stringify({ channels: 'all', regions: ['浙江'] })
  await one.state.knex('people').where({ email: 'agent@demo.orderlens' }).update({ scope })
  await one.app.inject({ method: 'DELETE', url: '/api/session', headers: await one.as('admin') })
  vi.advanceTimersByTime(5_000)
  expect(brief(await changing.ended())).toEqual(['reset'])
  expect(await leaving.ended()).toEqual([])
  vi.useRealTimers()
})

test('a key watches what it sees, and its stream ends when it is revoked', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() })
  const scope = { channels: 'all' as const, regions: ['浙江'] }
  const stream = await watch(await one.keyOf('manager', { scope }))
  await stream.until('hello')
  live.publish(notice(10, 'x1', 'z2'))
  expect(brief(await stream.until('clock'))).toEqual(['orders z2', 'boards', 'clock'])
  const headers = await one.as('manager')
  const [key] = (await one.app.inject({ url: '/api/keys', headers })).json<{ keys: { id: string }[] }>().keys
  await one.app.inject({ method: 'DELETE', url: `/api/keys/${key?.id}`, headers })
  vi.advanceTimersByTime(5_000)
  expect(await stream.ended()).toEqual([])
  vi.useRealTimers()
})

test('nobody watches without signing in, nor as something else than a stream', async () => {
  expect((await fetch(`${address}/api/live`, { headers: { accept: 'text/event-stream' } })).status).toBe(401)
  const asJson = await fetch(`${address}/api/live`, {
    headers: { ...(await one.as('manager')), accept: 'application/json' },
  })
  expect([asJson.status, await asJson.json()]).toEqual([406, expect.objectContaining({ code: 'not_acceptable' })])
})

test('the example of the description is what is sent', () => {
  const { example } = liveOperations['GET /api/live'].files['text/event-stream']
  const events = parse(example)
  expect(events.length).toBeGreaterThan(1)
  for (const { event, data } of events)
    expect(liveEventSchemas[event as 'clock'].strict().safeParse(data).error).toBeUndefined()
})

test('open streams do not hold the app back from closing', async () => {
  const extra = await openTestApp({ live: createLive() })
  const there = await extra.app.listen({ host: '127.0.0.1', port: 0 })
  const reply = await fetch(`${there}/api/live`, {
    headers: { ...(await extra.as('admin')), accept: 'text/event-stream' },
  })
  expect(reply.status).toBe(200)
  const started = Date.now()
  await extra.close()
  expect(Date.now() - started).toBeLessThan(3_000)
})
