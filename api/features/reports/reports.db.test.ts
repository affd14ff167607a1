import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ReportBody } from '../../contract/reports.ts'
import type { Person } from '../../contract/session.ts'
import { createInProcessQueue } from '../../jobs/in-process.ts'
import type { State } from '../../state/state.ts'
import { openTestState } from '../../test-state.ts'
import { createPeople } from '../people/people.ts'
import { unrestricted, type RowScope } from '#transforms/query/request.ts'
import { runOccurrence } from './deliver.ts'
import { aMailer, aNumbers, definitions, type SampleMailer } from './sample.ts'
import { createReportService, type ReportsDeps } from './service.ts'
import { sweepReports } from './sweep.ts'

let state: State
let clock = new Date()
let mailer: SampleMailer
let numbers: ReturnType<typeof aNumbers>
const hour = 3_600_000
const zhejiang: RowScope = { ...unrestricted, regions: ['浙江'] }

beforeAll(async () => {
  state = await openTestState()
  const people = createPeople(state.knex)
  const add = (email: string, role: Person['role'], scope: RowScope) =>
    people.add({ email, name: `${email} & co`, role, scope, moneyLimit: 0, passwordHash: '-' })
  await add('lead@example.com', 'manager', unrestricted)
  await add('one@example.com', 'agent', zhejiang)
  await add('root@example.com', 'admin', unrestricted)
})
afterAll(() => state.close())

beforeEach(async () => {
  await state.knex('reports').delete()
  clock = new Date('2026-11-22T10:00:00Z')
  mailer = aMailer()
  numbers = aNumbers()
})

function deps(): ReportsDeps {
  return {
    knex: state.knex,
    people: createPeople(state.knex),
    numbers,
    definitions,
    mailer,
    baseUrl: 'https://lens.example.com/',
    from: { name: 'Orderlens', address: 'reports@example.com' },
    now: () => clock,
    queue: createInProcessQueue({ onFailure: () => {} }),
    wake: () => {},
    draw: async (model) => Buffer.from(`picture of ${JSON.stringify(model)}`),
  }
}
const body = (rest: Partial<ReportBody> = {}): ReportBody => ({
  title: 'Daily',
  definition: 'daily-anomalies',
  cron: '0 8 * * *',
  zone: 'Asia/Shanghai',
  language: 'zh',
  where: [],
  recipients: ['lead@example.com'],
  enabled: true,
  ...rest,
})
async function person(email: string): Promise<Person> {
  const found = await createPeople(state.knex).byEmail(email)
  if (!found) throw new Error(email)
  return found
}
async function create(rest: Partial<ReportBody> = {}): Promise<string> {
  return (await createReportService(deps()).create(await person('lead@example.com'), body(rest))).id
}
async function sweep() {
  const queue = createInProcessQueue({ onFailure: () => {} })
  return sweepReports({ knex: state.knex, queue, now: () => clock })
}
/** One pass of a running service: sweep, then work on what is due. */
async function pass(): Promise<void> {
  for (const id of (await sweep()).due) await runOccurrence(deps(), id)
}
const states = async () =>
  (await state.knex('report_occurrences').where('due_at', '<=', clock).orderBy('due_at')).map(
    (row) => `${row.local_date} ${row.slot} ${row.state}`,
  )

test('occurrences are written 48 hours ahead, once, however often and however many processes generate', async () => {
  await create()
  await Promise.all([sweep(), sweep()])
  await sweep()
  const rows = await state.knex('report_occurrences').orderBy('due_at')
  expect(rows.map((row) => `${row.local_date} ${row.slot} ${row.state}`)).toEqual([
    '2026-11-23 08:00 due',
    '2026-11-24 08:00 due',
  ])
})

test('each local day is sent exactly once over a week of sweeps across a change of the clock', async () => {
  clock = new Date('2026-04-02T00:00:00Z')
  await create({ cron: '45 1 * * *', zone: 'Australia/Lord_Howe' })
  for (let i = 0; i < 7 * 24; i += 1) {
    clock = new Date(clock.getTime() + hour)
    await pass()
  }
  expect(mailer.accepted.length).toBe(7)
  expect(new Set(mailer.accepted.map((message) => message.messageId)).size).toBe(7)
})

test('two sweeps and two workers at once send once', async () => {
  await create({ recipients: ['lead@example.com', 'one@example.com'] })
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  const found = await Promise.all([sweep(), sweep()])
  await Promise.all(found.flatMap(({ due }) => due).map((id) => runOccurrence(deps(), id)))
  expect(mailer.accepted.map((message) => message.to.address).sort()).toEqual(['lead@example.com', 'one@example.com'])
  expect(await states()).toEqual(['2026-11-23 08:00 done'])
})

test('a crash between acceptance and our note sends once more, with the same Message-ID, and says so', async () => {
  await create()
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  mailer.next.push('crash-after')
  const id = (await sweep()).due[0] ?? ''
  void runOccurrence(deps(), id)
  await expect.poll(() => mailer.accepted.length).toBe(1)
  clock = new Date(clock.getTime() + 5 * 60_000)
  await pass()
  expect(mailer.accepted.length).toBe(1)
  clock = new Date(clock.getTime() + 6 * 60_000)
  await pass()
  await pass()
  expect(mailer.accepted.map((message) => message.messageId)).toEqual([
    mailer.accepted[0]?.messageId,
    mailer.accepted[0]?.messageId,
  ])
  expect(mailer.accepted[0]?.messageId).toMatch(/^<[0-9a-f-]{36}@orderlens\.example\.com>$/)
  const delivery = await state.knex('report_deliveries').first()
  expect([delivery.state, delivery.doubts, delivery.attempts, delivery.detail]).toEqual([
    'sent',
    1,
    2,
    expect.stringContaining('in doubt'),
  ])
})

test('a second doubt is not sent a third time', async () => {
  await create()
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  mailer.next.push('in-doubt', 'in-doubt')
  for (let i = 0; i < 6; i += 1) {
    await pass()
    clock = new Date(clock.getTime() + hour)
  }
  expect(mailer.accepted.length).toBe(2)
  expect((await state.knex('report_deliveries').first()).state).toBe('in_doubt')
  expect(await states()).toEqual(['2026-11-23 08:00 failed'])
})

test('a mail server that is away is tried again, one that refuses is not, and its neighbours are not held up', async () => {
  await create({ recipients: ['lead@example.com', 'one@example.com'] })
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  mailer.next.push('unreachable', 'refuse')
  await pass()
  expect((await state.knex('report_deliveries').orderBy('recipient')).map((row) => row.state)).toEqual([
    'queued',
    'failed',
  ])
  clock = new Date(clock.getTime() + 2 * 60_000)
  await pass()
  expect(mailer.accepted.map((message) => message.to.address)).toEqual(['lead@example.com'])
  const rows = await state.knex('report_deliveries').orderBy('recipient')
  expect(rows.map((row) => [row.state, row.attempts])).toEqual([
    ['sent', 2],
    ['failed', 1],
  ])
  expect((await state.knex('report_occurrences').where({ state: 'done' }).first()).detail).toBe('1 of 2 sent')
})

test('numbers that cannot be computed are asked for again, and the moment they are asked for stays', async () => {
  await create()
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  const broken = { ...deps(), numbers: { ...numbers, measure: () => Promise.reject(new Error('warehouse away')) } }
  await expect(runOccurrence(broken, (await sweep()).due[0] ?? '')).rejects.toThrow('warehouse away')
  clock = new Date(clock.getTime() + 2 * 60_000)
  await pass()
  expect(mailer.accepted.length).toBe(1)
  expect(new Set(numbers.asked.map(({ request }) => request.as_of ?? request.to))).toContain('2026-11-23T00:00:00.000Z')
  expect(
    numbers.asked.every(
      ({ request }) => Date.parse(request.as_of ?? request.to ?? '') <= Date.parse('2026-11-23T00:00:00.000Z'),
    ),
  ).toBe(true)
})

test.each([
  [1, ['2026-11-23 08:00 done'], 1],
  [26, ['2026-11-23 08:00 skipped_late', '2026-11-24 08:00 done'], 1],
  [
    8 * 24,
    [...Array.from({ length: 8 }, (_, i) => `2026-11-${23 + i} 08:00 skipped_late`), '2026-12-01 08:00 done'].slice(1),
    1,
  ],
])(
  'after %d hours of downtime the latest missed occurrence is sent as delayed and older ones are noted',
  async (hours, expected, sent) => {
    await create()
    await sweep()
    clock = new Date(Date.parse('2026-11-23T00:00:00Z') + hours * hour + 20 * 60_000)
    await pass()
    await pass()
    expect(mailer.accepted.length).toBe(sent)
    expect(mailer.accepted[0]?.text).toContain('延迟发送')
    const all = await states()
    expect(all.slice(-expected.length)).toEqual(expected)
  },
)

test('more than a day late is not sent at all', async () => {
  await create({ cron: '0 8 * * 1' })
  await sweep()
  clock = new Date('2026-11-24T00:00:01Z')
  await pass()
  expect(mailer.accepted.length).toBe(0)
  expect(await states()).toEqual(['2026-11-23 08:00 skipped_late'])
})

test('each recipient receives the numbers of their own scope', async () => {
  await create({ recipients: ['lead@example.com', 'one@example.com'] })
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  await pass()
  const of = (address: string) => mailer.accepted.find((message) => message.to.address === address)
  const [wide, narrow] = [of('lead@example.com'), of('one@example.com')]
  expect(wide?.text).toContain('4,711')
  for (const part of [narrow?.text, narrow?.html]) {
    expect(part).toContain('NO-浙江')
    expect(part).not.toContain('4,711')
    expect(part).not.toContain('everywhere')
  }
  expect(narrow?.images[0]?.content.equals(wide?.images[0]?.content ?? Buffer.alloc(0))).toBe(false)
})

test('every total of the chart has its link in the plain text', async () => {
  await create({ recipients: ['lead@example.com'] })
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  await pass()
  const lines = mailer.accepted[0]?.text.split('\n') ?? []
  // A told number starts with "- "; the line below it is where the number opens.
  const told = lines.flatMap((line, index) => (line.startsWith('- ') ? [lines[index + 1] ?? ''] : []))
  expect(told.length).toBeGreaterThan(1)
  expect(told.filter((line) => !/^ {2}http/.test(line))).toEqual([])
  expect(told.filter((line) => line.includes('drill=')).length).toBeGreaterThan(0)
})

test('a recipient who is no longer a person receives nothing', async () => {
  await create({ recipients: ['lead@example.com', 'one@example.com'] })
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  await state.knex('people').where({ email: 'one@example.com' }).update({ disabled_at: clock })
  await pass()
  await state.knex('people').where({ email: 'one@example.com' }).update({ disabled_at: null })
  expect(mailer.accepted.map((message) => message.to.address)).toEqual(['lead@example.com'])
  expect((await state.knex('report_deliveries').where({ recipient: 'one@example.com' }).first()).detail).toContain(
    'no longer a person',
  )
})

test('sending now happens once per key', async () => {
  const id = await create()
  const service = createReportService(deps())
  const lead = await person('lead@example.com')
  const key = randomUUID()
  const first = await service.sendNow(lead, id, key)
  expect((await service.sendNow(lead, id, key)).id).toBe(first.id)
  await pass()
  await pass()
  expect(mailer.accepted.length).toBe(1)
  expect(
    (await service.deliveries(lead, { limit: 10 })).rows.map((delivery) => [delivery.recipient, delivery.state]),
  ).toEqual([['lead@example.com', 'sent']])
})

test('a changed rhythm replaces what has not come yet, and a day already sent is not sent again', async () => {
  const id = await create()
  await sweep()
  clock = new Date('2026-11-23T00:00:10Z')
  await pass()
  const service = createReportService(deps())
  await service.change(await person('lead@example.com'), id, { zone: 'Europe/Berlin' })
  for (const at of ['2026-11-23T07:00:10Z', '2026-11-24T00:00:10Z', '2026-11-24T07:00:10Z']) {
    clock = new Date(at)
    await pass()
  }
  expect(await states()).toEqual(['2026-11-23 08:00 done', '2026-11-24 08:00 done'])
  await service.change(await person('lead@example.com'), id, { enabled: false })
  clock = new Date('2026-11-27T00:00:10Z')
  await pass()
  expect(mailer.accepted.length).toBe(2)
})

test.each([
  [{ recipients: ['stranger@example.com'] }, 'stranger@example.com'],
  [{ cron: '0 8 31 2 *' }, 'cron'],
  [{ zone: 'Mars/Olympus' }, 'zone'],
  [{ definition: 'nothing' }, 'daily-anomalies'],
  [{ where: [{ dimension: 'nonsense', op: 'in' as const, values: ['x'] }] }, 'nonsense'],
])('%j is refused with what is expected, and nothing is written', async (rest, named) => {
  await expect(create(rest)).rejects.toThrow(named)
  expect(await state.knex('reports')).toEqual([])
})

test('who may see and change a report', async () => {
  const id = await create({ recipients: ['one@example.com'] })
  const service = createReportService(deps())
  const [one, root] = [await person('one@example.com'), await person('root@example.com')]
  expect((await service.list(one)).length).toBe(1)
  await expect(service.change(one, id, { title: 'x' })).rejects.toMatchObject({ statusCode: 403 })
  await expect(service.sendNow(one, id, randomUUID())).rejects.toMatchObject({ statusCode: 403 })
  await service.change(root, id, { recipients: ['lead@example.com'] })
  await expect(service.get(one, id)).rejects.toMatchObject({ statusCode: 404 })
  expect(await service.list(one)).toEqual([])
  await service.remove(root, id)
  await expect(service.get(root, id)).rejects.toMatchObject({ statusCode: 404 })
})

test('a preview shows what its reader would receive', async () => {
  const id = await create({ recipients: ['one@example.com'] })
  const html = await createReportService(deps()).preview(await person('one@example.com'), id)
  expect(html).toContain('NO-浙江')
  expect(html).toContain('data:image/png;base64,')
  expect(html).not.toContain('<img src=x')
})
