/** Builds of a small project: what is made, what is left alone, what readers see meanwhile, what a failure leaves behind. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildModels, buildSelected } from './build.ts'
import { lastBuilds } from './history.ts'
import { readProject } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-build-'))
const fixture = join(import.meta.dirname, 'fixture')
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'build', readers: 2 })
  await land('a', 10)
  await land('a', 20)
  await land('b', 5)
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

let landed = 0
async function land(kind: string, amount: number): Promise<void> {
  landed += 1
  await warehouse.insertRows('events', [{ order_id: `o${landed}`, event_id: `e${landed}`, event_type: kind, amount }])
}

let copies = 0
/** The fixture with some of its models told otherwise. */
function projectWith(changes: Readonly<Record<string, (text: string) => string>> = {}) {
  const copy = join(folder, `project-${(copies += 1)}`)
  cpSync(fixture, copy, { recursive: true })
  for (const [path, change] of Object.entries(changes))
    writeFileSync(join(copy, path), change(readFileSync(join(copy, path), 'utf8')))
  return readProject(copy)
}

const rowsOf = (sql: string) => warehouse.queryRows(sql)
const totals = () => rowsOf('select kind, toFloat64(worth) as worth from small_view order by kind')
const outcomes = (steps: readonly { name: string; outcome: string }[]) =>
  Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]))

test('every kind of relation is made, with its rows, and noted down', async () => {
  const steps = await buildSelected(warehouse, projectWith())
  expect(steps.map(({ name, kind, outcome, rows }) => ({ name, kind, outcome, rows }))).toEqual([
    { name: 'weights', kind: 'seed', outcome: 'built', rows: 2 },
    { name: 'small_feed', kind: 'materialized_view', outcome: 'built', rows: 3 },
    { name: 'small_state', kind: 'incremental', outcome: 'built', rows: 3 },
    { name: 'small_total', kind: 'table', outcome: 'built', rows: 1 },
    { name: 'small_view', kind: 'view', outcome: 'built', rows: null },
  ])
  expect(await totals()).toEqual([{ kind: 'a', worth: 60 }])
  const noted = await warehouse.query(lastBuilds)
  expect(noted.map(({ name, rows }) => ({ name, rows }))).toEqual([
    { name: 'small_feed', rows: 3 },
    { name: 'small_state', rows: 3 },
    { name: 'small_total', rows: 1 },
    { name: 'small_view', rows: null },
    { name: 'weights', rows: 2 },
  ])
})

test('what did not change is left alone; a table, which nothing keeps up to date, is built again', async () => {
  expect(outcomes(await buildSelected(warehouse, projectWith()))).toEqual({
    weights: 'unchanged',
    small_feed: 'unchanged',
    small_state: 'unchanged',
    small_total: 'built',
    small_view: 'unchanged',
  })
})

test('a materialized view takes in what lands, before a rebuild and after', async () => {
  await land('b', 7)
  expect(await rowsOf('select toUInt32(count()) as n from small_feed final')).toEqual([{ n: 4 }])
  const renamed = projectWith({ 'models/small_feed.sql': (text) => text.replace('as kind', 'as what') })
  await buildSelected(warehouse, renamed, { names: ['small_feed'] })
  await land('b', 8)
  expect(await rowsOf('select what, toUInt32(count()) as n from small_feed final group by what order by what')).toEqual(
    [
      { what: 'a', n: 2 },
      { what: 'b', n: 3 },
    ],
  )
})

test('a change below builds all that reads it, also when a build ended between the two', async () => {
  const changed = projectWith({ 'seeds/weights.csv': (text) => text.replace('a,2', 'a,4') })
  await buildSelected(warehouse, changed, { names: ['weights'] })
  const steps = await buildSelected(warehouse, changed)
  expect(outcomes(steps)).toMatchObject({ weights: 'unchanged', small_state: 'built', small_view: 'built' })
  expect((await totals())[0]).toEqual({ kind: 'a', worth: 120 })
})

test('what was built from an old relation is built again once that is new', async () => {
  const changed = projectWith({ 'seeds/weights.csv': (text) => text.replace('a,2', 'a,6') })
  await buildSelected(warehouse, changed, { names: ['small_state'], isFullRefresh: true })
  expect(outcomes(await buildSelected(warehouse, changed))).toMatchObject({ weights: 'built', small_state: 'built' })
  expect((await totals())[0]).toEqual({ kind: 'a', worth: 180 })
})

test('readers see the old rows or the new ones while everything is built anew, never fewer', async () => {
  const project = projectWith({ 'seeds/weights.csv': (text) => text.replace('a,2', 'a,4') })
  const seen = new Set<string>()
  let isBuilding = true
  const reading = (async () => {
    while (isBuilding)
      for (const table of ['small_state final', 'weights', 'small_total', 'small_view'])
        seen.add(`${table} ${String((await rowsOf(`select count() as n from ${table}`))[0]?.['n'])}`)
  })()
  for (let round = 0; round < 5; round += 1) {
    const steps = await buildSelected(warehouse, project, { isFullRefresh: true })
    expect(steps.every(({ outcome }) => outcome === 'built')).toBe(true)
  }
  isBuilding = false
  await reading
  expect([...seen].sort()).toEqual(['small_state final 5', 'small_total 2', 'small_view 2', 'weights 2'])
})

test('a build that dies half-way leaves the table in use; what it left behind is gone after the next', async () => {
  const before = await totals()
  const dying = projectWith({
    'models/small_state.sql': (text) => text.replace('as worth,', "as worth, throwIf(kind = 'b') as never,"),
  })
  const steps = await buildSelected(warehouse, dying)
  expect(outcomes(steps)).toEqual({
    weights: 'built',
    small_feed: 'unchanged',
    small_state: 'failed',
    small_total: 'skipped',
    small_view: 'skipped',
  })
  expect(steps.find(({ name }) => name === 'small_view')?.detail).toBe('reads small_state, which failed')
  expect(await totals()).toEqual(before)
  const sides = "select name from system.tables where database = 'build' and name like '%\\_\\_next%'"
  expect(await rowsOf(sides)).toEqual([{ name: 'small_state__next' }])
  await buildSelected(warehouse, projectWith())
  expect(await rowsOf(sides)).toEqual([])
  expect((await totals())[0]).toEqual({ kind: 'a', worth: 60 })
})

test('whoever builds everything hears of the first failure', async () => {
  const broken = projectWith({ 'models/small_total.sql': () => "{{ config(materialized='table') }} select 1 as x" })
  await expect(buildModels(warehouse, broken)).rejects.toThrow(/small_total needs engine and order_by/)
})

test('what reads a relation whose tests fail is not built', async () => {
  const steps = await buildSelected(warehouse, projectWith(), {
    isFullRefresh: true,
    check: (name) => Promise.resolve(name === 'small_state' ? [name] : []),
  })
  expect(outcomes(steps)).toMatchObject({ small_state: 'built', small_total: 'skipped', small_view: 'skipped' })
})

test('a model may become another kind of relation', async () => {
  const table = projectWith({
    'models/small_view.sql': (text) =>
      text.replace("materialized='view'", "materialized='table', engine='MergeTree', order_by='kind'"),
  })
  expect(outcomes(await buildSelected(warehouse, table))).toMatchObject({ small_view: 'built' })
  expect(outcomes(await buildSelected(warehouse, projectWith()))).toMatchObject({ small_view: 'built' })
  expect(await rowsOf("select engine from system.tables where database = 'build' and name = 'small_view'")).toEqual([
    { engine: 'View' },
  ])
})

test('what other ticks wrote while a table was built anew is worked out again', async () => {
  await warehouse.insertRows('touched', [{ batch_id: 'late', order_id: 'o9' }])
  const project = projectWith()
  const isFilled = { done: false }
  const spied: Warehouse = {
    ...warehouse,
    async command(sql, params) {
      if (sql.startsWith('insert into small_state__next') && !isFilled.done) {
        isFilled.done = true
        await warehouse.insertRows('tick_batches', [{ batch_id: 'late' }])
      }
      await warehouse.command(sql, params)
    },
  }
  await buildSelected(spied, project, { names: ['small_state'], isFullRefresh: true })
  expect(await rowsOf("select order_id from wake_ups where order_id = 'o9'")).toEqual([{ order_id: 'o9' }])
})
