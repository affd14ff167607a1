import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditChain, AuditEntry } from '../../contract/audit.ts'
import { aDoorWithOrder, anOrderState, openTestApp, type TestApp } from '../../test-app.ts'
import { type AuditNote, appendAudit, appendAudits, findBrokenAudit } from './audit.ts'
import { createViews } from './views.ts'

const START = Date.parse('2026-03-01T10:00:00Z')
const mei = { id: 'mei', name: 'Mei' }
const an = { id: 'an', name: 'An', key: { id: 'k1', name: 'Robot' } }
const log = { warn: () => undefined, error: () => undefined }
let clock = START
const now = () => new Date(clock)
let one: TestApp
beforeAll(async () => {
  one = await openTestApp({
    now,
    config: { sessionIdleMs: 1e12, sessionMs: 1e12 },
    door: aDoorWithOrder(anOrderState({ order_id: 'o1', region: '浙江' })),
  })
  await one.as('admin')
})
afterAll(() => one.close())

type Page = { entries: AuditEntry[]; next_cursor: string | null }
const get = async (query: Record<string, string>, who: Parameters<TestApp['as']>[0] = 'admin') =>
  one.app.inject({ url: '/api/audit', query, headers: await one.as(who) })
const page = async (query: Record<string, string>, who?: Parameters<TestApp['as']>[0]) =>
  (await get({ limit: '500', ...query }, who)).json<Page>()
const write = (notes: readonly AuditNote[]) => one.state.knex.transaction((trx) => appendAudits(trx, notes))
const rowsOf = (verb: string) => one.state.knex('audit').where({ verb }).orderBy('seq')

test('views, written together, and deeds make one chain, also all at once', async () => {
  const views = createViews({ knex: one.state.knex, now, log })
  const rounds = Array.from({ length: 8 }, async (_, round) => {
    for (let n = 0; n < 40; n += 1)
      views.note({ person: mei, verb: 'view.chained', subject: `order/${round}-${n}`, orderId: `${round}-${n}` })
    const deed = { at: now(), person: an, verb: 'deed.chained', subject: `${round}` }
    await Promise.all([one.state.knex.transaction((trx) => appendAudit(trx, deed)), views.flush()])
  })
  await Promise.all(rounds)
  await views.close()
  expect(await findBrokenAudit(one.state.knex)).toBeNull()
  expect([(await rowsOf('view.chained')).length, (await rowsOf('deed.chained')).length]).toEqual([320, 8])
})

test('the same seen again within five minutes is one entry, and then one that says how often', async () => {
  clock = START
  const views = createViews({ knex: one.state.knex, now, log })
  const look = (person: typeof mei, order: string) =>
    views.note({ person, verb: 'view.again', subject: `order/${order}`, orderId: order })
  for (const [person, order] of [
    [mei, 'a'],
    [mei, 'a'],
    [mei, 'b'],
    [an, 'a'],
    [mei, 'a'],
  ] as const)
    look(person, order)
  await views.flush()
  expect((await rowsOf('view.again')).map((row) => `${row.person_id} ${row.order_id} ${row.detail}`)).toEqual([
    'mei a {}',
    'mei b {}',
    'an a {"key":{"id":"k1","name":"Robot"}}',
  ])
  clock += 300_000
  look(mei, 'a')
  await views.close()
  expect((await rowsOf('view.again')).slice(3).map(({ detail }) => detail)).toEqual([
    JSON.stringify({ again: 2, since: new Date(START).toISOString() }),
    '{}',
  ])
})

test('views that cannot be written wait for the database, and are written once', async () => {
  let isAway = true
  const transaction: typeof one.state.knex.transaction = ((work: never) =>
    isAway ? Promise.reject(new Error('away')) : one.state.knex.transaction(work)) as never
  const views = createViews({ knex: { transaction } as never, now, log })
  views.note({ person: mei, verb: 'view.patient', subject: 'order/1' })
  await views.flush()
  for (let n = 2; n <= 3_000; n += 1) views.note({ person: mei, verb: 'view.patient', subject: `order/${n}` })
  expect(await rowsOf('view.patient')).toEqual([])
  isAway = false
  await views.close()
  const written = (await rowsOf('view.patient')).map(({ subject }) => subject as string)
  expect(written).toEqual(Array.from({ length: 3_000 }, (_, n) => `order/${n + 1}`))
  expect(await findBrokenAudit(one.state.knex)).toBeNull()
})

test('it is found by each condition, and by all of them together', async () => {
  clock = START + 86_400_000
  const subjects = ['rule/50%_x', 'rule/50-ax', 'order/o1']
  const notes = Array.from(
    { length: 48 },
    (_, n): AuditNote => ({
      at: new Date(clock + n * 60_000),
      person: n % 2 === 0 ? mei : an,
      verb: ['found.a_b', 'found.axb', 'foundling.c'][n % 3]!,
      subject: subjects[Math.floor(n / 4) % 3]!,
      ...(n % 8 < 4 && { orderId: 'o1' }),
    }),
  )
  await write(notes)
  const conditions: [Record<string, string>, (note: AuditNote) => boolean][] = [
    [{ order_id: 'o1' }, ({ orderId }) => orderId === 'o1'],
    [{ person_id: 'mei' }, ({ person }) => person?.id === 'mei'],
    [{ verb: 'found.a_' }, ({ verb }) => verb.startsWith('found.a_')],
    [{ subject: 'rule/50%_' }, ({ subject }) => subject.startsWith('rule/50%_')],
    [{ from: new Date(clock + 600_000).toISOString() }, ({ at }) => at.getTime() >= clock + 600_000],
    [{ to: new Date(clock + 2_400_000).toISOString() }, ({ at }) => at.getTime() < clock + 2_400_000],
  ]
  const within = { from: new Date(clock).toISOString(), to: new Date(clock + 2_880_000).toISOString() }
  const counts = new Set<number>()
  for (let mask = 0; mask < 2 ** conditions.length; mask += 1) {
    const chosen = conditions.filter((_, bit) => (mask & (2 ** bit)) > 0)
    const query = Object.assign({ ...within }, ...chosen.map(([asked]) => asked)) as Record<string, string>
    const expected = notes.filter((note) => chosen.every(([, holds]) => holds(note)))
    const { entries } = await page(query)
    const name = ({ at, verb, subject }: { at: string; verb: string; subject: string }) => `${at} ${verb} ${subject}`
    expect([query, entries.map(name)]).toEqual([
      query,
      expected.map(({ at, ...rest }) => name({ at: at.toISOString(), ...rest })).toReversed(),
    ])
    counts.add(entries.length)
  }
  expect(counts.size).toBeGreaterThan(8)
})

test('pages stay as they are while entries arrive, and a cursor serves no other question', async () => {
  const query = { verb: 'found', limit: '7' }
  const all = (await page({ verb: 'found' })).entries.map(({ seq }) => seq)
  const told: string[] = []
  let cursor: string | null = null
  do {
    const { entries, next_cursor }: Page = (
      await get({ ...query, ...(cursor === null ? {} : { cursor }) })
    ).json<Page>()
    told.push(...entries.map(({ seq }) => seq))
    await write([{ at: now(), person: mei, verb: 'found.later', subject: 'order/o1' }])
    cursor = next_cursor
  } while (cursor !== null)
  expect(told).toEqual(all)
  const { next_cursor } = (await get(query)).json<Page>()
  for (const other of [{ verb: 'found.a' }, { person_id: 'mei' }, { to: '2030-01-01T00:00:00Z' }])
    expect((await get({ ...query, ...other, cursor: next_cursor! })).json()).toMatchObject({ reason: 'cursor_refused' })
})

test('its words are found wherever they stand in an entry, and a sign is only a sign', async () => {
  clock = START + 2 * 86_400_000
  const note = (n: number, more: Partial<AuditNote>): AuditNote => ({
    at: new Date(clock + n),
    person: mei,
    verb: 'texted.a',
    subject: `thing/${n}`,
    ...more,
  })
  await write([
    note(1, { detail: { reason: 'Wrong Size, says "A\\B"', amount: 50 } }),
    note(2, { subject: 'rule/50%_off', person: { id: 'wang', name: '王小美' } }),
    note(3, { orderId: 'TM-77', detail: { note: '尺码不对', by: { team: 'Returns' } } }),
  ])
  const found = async (text: string) =>
    (await page({ verb: 'texted', text })).entries.map(({ at }) => Date.parse(at) - clock).toReversed()
  for (const [text, entries] of [
    ['size', [1]],
    ['  SAYS wrong\t', [1]],
    ['"a\\b"', [1]],
    ['amount', [1]],
    ['50%_', [2]],
    ['小美 rule', [2]],
    ['尺码', [3]],
    ['tm-77 returns', [3]],
    ['mei', [1, 3]],
    ['size returns', []],
    ["' or true --", []],
    ['%', [2]],
    ['  ', [1, 2, 3]],
  ] as const)
    expect([text, await found(text)]).toEqual([text, entries])
})

test('the whole of it is for who checks others; of an order everybody reads the deeds, not who looked', async () => {
  await write([
    { at: now(), person: an, verb: 'view.order', subject: 'order/o1', orderId: 'o1' },
    { at: now(), person: an, verb: 'cancel_order.requested', subject: 'order/o1', orderId: 'o1' },
  ])
  const chain = async (who: 'agent' | 'lead') =>
    (await one.app.inject({ url: '/api/audit/chain', headers: await one.as(who) })).statusCode
  expect([(await get({}, 'agent')).statusCode, await chain('agent'), await chain('lead')]).toEqual([403, 403, 200])
  const verbs = async (who: 'agent' | 'lead') =>
    new Set((await page({ order_id: 'o1' }, who)).entries.map(({ verb }) => verb))
  expect([(await verbs('agent')).has('view.order'), (await verbs('agent')).has('cancel_order.requested')]).toEqual([
    false,
    true,
  ])
  expect((await verbs('lead')).has('view.order')).toBe(true)
  // Words find nothing that would not be told without them.
  const worded = await page({ order_id: 'o1', text: 'order' }, 'agent')
  expect(worded.entries.map(({ verb }) => verb)).toContain('cancel_order.requested')
  expect(worded.entries.filter(({ verb }) => verb.startsWith('view.'))).toEqual([])
  expect((await get({ text: 'order' }, 'agent')).statusCode).toBe(403)
  expect((await get({ order_id: 'o2' }, 'lead')).statusCode).toBe(404)
})

test.each(["update audit set detail = '{}' where seq = 1", 'delete from audit where seq = 1', 'truncate audit'])(
  'the database itself refuses: %s',
  async (statement) => {
    await expect(one.state.knex.raw(statement)).rejects.toThrow('audit is append-only')
  },
)

test('the chain says that it holds, and since when not', async () => {
  const chain = async (again: boolean) => {
    const url = `/api/audit/chain${again ? '?again=1' : ''}`
    return (await one.app.inject({ url, headers: await one.as('admin') })).json<AuditChain>()
  }
  const checked = async () => {
    let state = await chain(true)
    while (state.is_checking) state = await chain(false)
    return state
  }
  const newest = await one.state.knex('audit').orderBy('seq', 'desc').first('seq', 'hash')
  const whole = await checked()
  expect(whole).toEqual({
    is_checking: false,
    checked_at: now().toISOString(),
    entries: Number(newest.seq),
    broken_at: null,
    newest: { seq: String(newest.seq), hash: newest.hash },
  })
  clock += 60_000
  expect(await chain(false)).toEqual(whole)
  const change = async (person_name: string) => {
    await one.state.knex.raw('alter table audit disable trigger audit_no_change')
    await one.state.knex('audit').where({ seq: 5 }).update({ person_name })
    await one.state.knex.raw('alter table audit enable trigger audit_no_change')
  }
  const { person_name } = await one.state.knex('audit').where({ seq: 5 }).first()
  await change('somebody else')
  expect(await checked()).toMatchObject({ entries: 4, broken_at: '5' })
  await change(person_name)
  expect(await checked()).toMatchObject({ broken_at: null })
})

test('what is opened and looked for is written down, never what was typed, at the latest when the app closes', async () => {
  const headers = await one.as('manager')
  const before = (await one.state.knex('audit').max('seq as seq').first())?.seq
  for (const url of ['/api/orders/o1', '/api/orders/o1', '/api/orders/o1/raw', '/api/orders/o2'])
    await one.app.inject({ url, headers })
  await one.app.inject({ url: '/api/search?q=canary-buyer&channel=canary-shop', headers })
  await one.app.inject({ method: 'POST', url: '/api/drill', headers, payload: { metric: 'orders_placed' } })
  await one.app.close()
  const rows = await one.state.knex('audit').where('seq', '>', before).orderBy('seq')
  const told = rows.map(({ verb, subject, detail }) => `${verb} ${subject} ${detail}`)
  expect(told.filter((text) => !text.includes('again'))).toEqual([
    'view.order order/o1 {}',
    'view.messages order/o1 {}',
    'view.search search {"has_text":true,"filters":["channel"],"found":0}',
    'view.drill metric/orders_placed {"rows":0}',
  ])
  expect(told.filter((text) => text.includes('again'))).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain('canary')
  expect(await findBrokenAudit(one.state.knex)).toBeNull()
})
