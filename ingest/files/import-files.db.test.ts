import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Landing, createLanding } from '../landing.ts'
import { builtInMappings } from '../mappings/mapping.ts'
import { loadS3Config } from './config.ts'
import { type DryRun, checkMapping, dryRun } from './dry-run.ts'
import { type FileEngine, openFileEngine } from './engine.ts'
import { CHUNK, type FileImport, type ImportDeps, importFiles } from './import-files.ts'
import { locateFiles } from './locate.ts'
import { type ChosenMapping, chooseMapping, registerMapping, registeredMappings } from './mapping.ts'
import type { FileProgress } from './progress.ts'
import { type Spool, openSpool } from './spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-files-'))
const s3 = loadS3Config({})
const path = join(folder, 'warehouse')
let warehouse: Warehouse
let engine: FileEngine
let spool: Spool
let landing: Landing
let own: ChosenMapping

const OWN_MAP = `select topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(JSONExtractString(value, 'kind') = 'sale', [{{ object("[('specversion', '\\"1.0\\"'), ('id', toJSONString(concat('sale-', JSONExtractString(value, 'no')))), ('source', '\\"/till\\"'), ('type', '\\"order.created\\"'),
    ('subject', toJSONString(concat('order/', JSONExtractString(value, 'no')))), ('time', toJSONString(JSONExtractString(value, 'at'))),
    ('data', '{\\"channel\\":\\"till\\",\\"currency\\":\\"EUR\\",\\"buyer_id\\":\\"walk-in\\"}')]") }}], emptyArrayString()) as outcomes,
  if(JSONExtractString(value, 'kind') = 'drawer', 'drawer', '') as concerns,
  if(JSONExtractString(value, 'kind') in ('sale', 'drawer'), '', concat('unknown_event_type: kind ', JSONExtractString(value, 'kind'))) as problem
from {{ messages }}`

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path, database: 'files', readers: 2 })
  engine = await openFileEngine(path)
  spool = await openSpool(join(folder, 'spool'))
  mkdirSync(join(folder, 'till'))
  writeFileSync(join(folder, 'till', 'map.sql'), OWN_MAP)
  own = chooseMapping(join(folder, 'till'))
  landing = await createLanding(warehouse, { mappings: own.own === null ? [] : [own.own.mapping] })
})
afterAll(async () => {
  await landing.close()
  await spool.close()
  await engine.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const make = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const work = async (inputs: string[], format: string, limit?: number): Promise<FileImport> => ({
  files: await locateFiles(inputs, { s3 }),
  format,
  options: {},
  ...(limit !== undefined && { limit }),
})
const deps = (more: Partial<ImportDeps> = {}): ImportDeps => ({ warehouse, landing, engine, spool, s3, ...more })
const dry = async (inputs: string[], format: string): Promise<DryRun> => {
  const scratch = { engine, spool, s3, mappings: own.own === null ? [] : [own.own.mapping] }
  return dryRun(await work(inputs, format), scratch)
}
const counts = async () => {
  const [row] = await warehouse.queryRows(
    'select toUInt32((select count() from raw_events)) as raw, toUInt32((select count() from events)) as events, toUInt32((select count() from dead_letters final)) as dead, toUInt32((select count() from set_aside final)) as aside, toUInt32((select count() from ingest_jobs final)) as jobs',
  )
  return row
}
const created = (n: number): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `f-${n}`,
    source: '/history',
    type: 'order.created',
    subject: `order/F-${n}`,
    time: '2024-02-03T04:05:06Z',
    data: { channel: 'web', currency: 'CNY', buyer_id: `b-${n % 50}` },
  })

const SALES =
  'no,kind,at\n1,sale,2025-01-02T03:04:05Z\n2,drawer,2025-01-02T03:04:05Z\n3,gift,2025-01-02T03:04:05Z\n4,sale\n5,sale,yesterday\n6,sale,2025-01-02T03:04:05Z\n'

describe("a mapping of one's own", () => {
  test('is shown by a dry run: events, every problem with its places, and every row accounted for', async () => {
    const before = await counts()
    const input = make('sales.csv', SALES)
    const result = await dry([input], 'file.till')
    expect(result).toMatchObject({ rows: 6, asEvents: 2, asDeadLetters: 3, setAside: 1, events: 2, repeated: 0 })
    expect(result.firstEvents.map(({ row, type, subject, data }) => [row, type, subject, data])).toEqual([
      [1, 'order.created', 'order/1', { channel: 'till', currency: 'EUR', buyer_id: 'walk-in' }],
      [6, 'order.created', 'order/6', { channel: 'till', currency: 'EUR', buyer_id: 'walk-in' }],
    ])
    expect(Object.fromEntries(result.problems.map(({ reason, places, count }) => [reason, [count, places]]))).toEqual({
      unknown_event_type: [1, [`${input}:3`]],
      ragged_row: [1, [`${input}:4`]],
      wrong_type: [1, [`${input}:5`]],
    })
    expect(result.concerns).toEqual([{ kind: 'drawer', count: 1 }])
    expect(await counts()).toEqual(before)
  })

  test('becomes history, and is kept so that any process can derive its rows again', async () => {
    await registerMapping(warehouse, own, Date.now())
    const outcome = await importFiles(await work([join(folder, 'sales.csv')], 'file.till'), deps())
    expect(outcome).toMatchObject({ landed: 6, alreadyLanded: 0, events: 2, deadLetters: 3, setAside: 1, stopped: 0 })
    const rows = await warehouse.queryRows(
      "select order_id, historic, topic, toUInt32(offset) as row from events where topic like '%sales%' order by row",
    )
    expect(rows).toEqual([
      { order_id: '1', historic: 1, topic: 'import/file.till/sales.csv', row: 1 },
      { order_id: '6', historic: 1, topic: 'import/file.till/sales.csv', row: 6 },
    ])
    const [kept] = await registeredMappings(warehouse)
    expect(kept?.format).toBe('file.till')
    expect(kept?.render('select 1')).toBe(own.own?.mapping.render('select 1'))
  })

  test('that does not run, or gives other columns, is refused before anything lands', async () => {
    mkdirSync(join(folder, 'wrong'))
    writeFileSync(join(folder, 'wrong', 'map.sql'), 'select *, nonsense(value) as outcomes from {{ messages }}')
    const wrong = chooseMapping(join(folder, 'wrong'))
    const mappings = wrong.own === null ? [] : [wrong.own.mapping]
    const before = await counts()
    const check = checkMapping(wrong.format, { engine, spool, mappings })
    const importing = importFiles(await work([join(folder, 'sales.csv')], wrong.format), deps({ check }))
    await expect(importing).rejects.toMatchObject({ code: 'MAPPING', message: expect.stringMatching(/nonsense/) })
    expect(await counts()).toEqual({ ...before, jobs: Number(before?.['jobs']) + 1 })
    expect(() => chooseMapping('no-such-mapping')).toThrow(/cloudevents, .*events/)
  })
})

describe('an import that is stopped goes on where it stopped', () => {
  const rows = CHUNK.rows * 2 + 1_000
  let input = ''
  beforeAll(() => {
    input = make('history.ndjson', Array.from({ length: rows }, (_, n) => created(n)).join('\n'))
  })

  test('after the batch in hand, and says how to go on', async () => {
    const stop = new AbortController()
    const seen: FileProgress[] = []
    const onProgress = (line: string, progress: FileProgress): void => {
      seen.push(progress)
      if (progress.rows > 0) stop.abort()
      if (progress.rows > 0)
        expect(line).toMatch(/^ 49 % {2}50,000 rows, [\d,]+\/s, about \d+ s left {2}.*history.ndjson$/)
    }
    const stopped = importFiles(await work([input], 'cloudevents'), deps({ signal: stop.signal, onProgress }))
    await expect(stopped).rejects.toMatchObject({
      code: 'STOPPED',
      retryable: true,
      message: expect.stringMatching(/same command again/),
    })
    await landing.settled()
    const [job] = await warehouse.queryRows(
      "select state, toUInt64(done) < toUInt64(total) as is_open, title from ingest_jobs final where title like '%history%'",
    )
    expect(job).toEqual({ state: 'stopped', is_open: 1, title: `${input} (cloudevents)` })
    expect(seen.at(-1)).toMatchObject({ phase: 'land', rows: CHUNK.rows })
  })

  test('and the same command lands the rest, once', async () => {
    const notes: string[] = []
    const outcome = await importFiles(await work([input], 'cloudevents'), deps({ onNote: (text) => notes.push(text) }))
    expect(notes).toEqual([`${input}: 50000 rows were landed before; going on at row 50001`])
    expect(outcome).toMatchObject({
      landed: rows - CHUNK.rows,
      alreadyLanded: CHUNK.rows,
      events: rows,
      deadLetters: 0,
    })
    const [raw] = await warehouse.queryRows(
      "select toUInt32(count()) as n, toUInt32(uniqExact(offset)) as distinct_n, toUInt32(max(offset)) as last from raw_events where topic = 'import/cloudevents/history.ndjson'",
    )
    expect(raw).toEqual({ n: rows, distinct_n: rows, last: rows })
    const [job] = await warehouse.queryRows(
      "select state, done = total as is_over, outcome from ingest_jobs final where title like '%history%'",
    )
    expect(job).toEqual({
      state: 'done',
      is_over: 1,
      outcome: expect.stringMatching(/51000 rows landed \(50000 were landed before\): 101000 events, 0 dead/),
    })
  })

  test('a run after that adds nothing', async () => {
    const before = await counts()
    expect(await importFiles(await work([input], 'cloudevents'), deps())).toMatchObject({
      landed: 0,
      alreadyLanded: rows,
      events: rows,
    })
    expect(await counts()).toEqual(before)
    expect(readdirSync(spool.folder)).toEqual([])
  })
})

test('an import whose process was killed goes on in its own row, and nothing runs after it', async () => {
  const input = make('killed.ndjson', `${created(31)}\n${created(32)}\n`)
  const lastWords: unknown[] = []
  const killed: Warehouse = {
    ...warehouse,
    insertRows: async (table, rows) => {
      const isLast = table === 'ingest_jobs' && rows.some(({ state }) => state !== 'running')
      if (!isLast) return warehouse.insertRows(table, rows)
      lastWords.push(rows)
    },
  }
  await importFiles(await work([input], 'cloudevents', 1), deps({ warehouse: killed }))
  const jobs = () => warehouse.queryRows("select state, outcome from ingest_jobs final where title like '%killed%'")
  expect(lastWords).toHaveLength(1)
  expect(await jobs()).toMatchObject([{ state: 'running' }])
  expect(await importFiles(await work([input], 'cloudevents'), deps())).toMatchObject({ landed: 1, alreadyLanded: 1 })
  expect(await jobs()).toMatchObject([{ state: 'done', outcome: expect.stringMatching(/^1 rows landed \(1 were/) }])
})

describe('a row that could not be read as one says so, whatever the mapping', () => {
  const broken = { ragged_row: 2, broken_quotes: 1 }
  let input = ''
  beforeAll(() => {
    input = make('ragged.csv', 'id,type\n1\n2,x,y\n3,"z\n')
  })

  test.each(['cloudevents', ...builtInMappings().keys()])('%s', async (format) => {
    const { problems } = await dry([input], format)
    expect(Object.fromEntries(problems.map(({ reason, count }) => [reason, count]))).toEqual(broken)
  })

  test('as a dead letter too, but not on the word of who sends it over a network', async () => {
    await importFiles(await work([input], 'stripe'), deps())
    const message = { offset: 0n, key: null, value: Buffer.from('no JSON'), brokerAtMs: 0 }
    const headers = JSON.stringify({ problem: 'ragged_row: or so they say' })
    await landing.land({
      topic: 'hooks',
      partition: 0,
      epoch: '',
      format: 'stripe',
      messages: [{ ...message, headers }],
    })
    await landing.settled()
    const letters = await warehouse.queryRows(
      "select topic, reason, toUInt32(count()) as n from dead_letters final where format = 'stripe' group by all order by all",
    )
    expect(letters).toEqual([
      { topic: 'hooks', reason: 'invalid_json', n: 1 },
      { topic: 'import/stripe/ragged.csv', reason: 'broken_quotes', n: 1 },
      { topic: 'import/stripe/ragged.csv', reason: 'ragged_row', n: 2 },
    ])
  })
})

describe('several files', () => {
  beforeEach(() => {
    for (const n of [1, 2, 3]) make(`part-${n}.ndjson`, [created(1_000_000 + n), created(2_000_000), ''].join('\n'))
  })

  test('are streams of their own; an event told twice is told by the dry run', async () => {
    expect(await dry([join(folder, 'part-*.ndjson')], 'cloudevents')).toMatchObject({ rows: 6, events: 6, repeated: 2 })
    expect(await importFiles(await work([join(folder, 'part-*.ndjson')], 'cloudevents'), deps())).toMatchObject({
      landed: 6,
      events: 6,
    })
  })

  test('are looked at before the first of them lands', async () => {
    make('part-4.csv.gz', 'not gzip')
    const before = await counts()
    await expect(importFiles(await work([join(folder, 'part-*')], 'events'), deps())).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    })
    expect(await counts()).toEqual(before)
  })

  test('a limit is one over all files, and a later run goes on behind it', async () => {
    const inputs = [
      make('limited-1.ndjson', `${created(1)}\n${created(2)}\n`),
      make('limited-2.ndjson', `${created(3)}\n${created(4)}\n`),
    ]
    expect(await importFiles(await work(inputs, 'cloudevents', 3), deps())).toMatchObject({ landed: 3 })
    expect(await importFiles(await work(inputs, 'cloudevents'), deps())).toMatchObject({ landed: 1, alreadyLanded: 3 })
  })

  test('changed content is another stream, and its events are known already', async () => {
    const input = make('changing.ndjson', `${created(7)}\n`)
    await importFiles(await work([input], 'cloudevents'), deps())
    make('changing.ndjson', `${created(7)}\n${created(8)}\n`)
    expect(await importFiles(await work([input], 'cloudevents'), deps())).toMatchObject({ landed: 2, events: 2 })
    const [row] = await warehouse.queryRows(
      "select toUInt32(uniqExact(epoch)) as epochs, toUInt32(uniqExact(source, event_id)) as events from events where topic like '%changing%'",
    )
    expect(row).toEqual({ epochs: 2, events: 2 })
  })
})
