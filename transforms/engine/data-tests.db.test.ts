/** Each test that a card can name finds the rows that break it, and no others. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildModels } from './build.ts'
import type { DataTest } from './card.ts'
import { compileTests, runTest } from './data-tests.ts'
import { type Project, readProject } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-data-tests-'))
const project = { ...readProject(join(import.meta.dirname, 'fixture')), macros: readProject().macros }
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'tests', readers: 2 })
  await buildModels(warehouse, project)
  await warehouse.insertRows('small_state', [
    { order_id: 'o1', kind: 'a', worth: 1, version: 1 },
    { order_id: 'o1', kind: 'a', worth: 2, version: 2 },
    { order_id: 'o2', kind: 'a', worth: -3, version: 1 },
    { order_id: 'o2', kind: 'c', worth: 4, version: 1 },
  ])
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

type Asked = Omit<DataTest, 'name'>

/** `project` with one test on one of its relations. */
function asking(relation: string, asked: Asked): Project {
  const { column, ...one } = { ...asked, name: null }
  return {
    ...project,
    models: project.models.map((model) =>
      model.name === relation
        ? {
            ...model,
            card: {
              ...model.card,
              columns: column === null ? [] : [{ name: column, description: '', data_tests: [one] }],
              data_tests: column === null ? [one] : [],
            },
          }
        : model,
    ),
  }
}

async function resultOf(relation: string, asked: Asked) {
  const [compiled] = compileTests(asking(relation, asked), [relation])
  if (compiled === undefined) throw new Error('the test is not compiled')
  const { failures, sample, error } = await runTest(warehouse, compiled, Date.now())
  return { failures, sample, error }
}

const fine = { failures: 0, sample: [], error: null }

test('unique finds values that come twice, and replaced versions are not there', async () => {
  expect(await resultOf('small_state', { kind: 'unique', column: 'order_id', arguments: {} })).toEqual({
    failures: 1,
    sample: [{ duplicated: 'o2', times: '2' }],
    error: null,
  })
  expect(await resultOf('small_state', { kind: 'unique', column: '(order_id, kind)', arguments: {} })).toEqual(fine)
})

test('not_null finds what is missing', async () => {
  expect(await resultOf('small_state', { kind: 'not_null', column: "nullIf(kind, 'c')", arguments: {} })).toEqual({
    failures: 1,
    sample: [{ order_id: 'o2' }],
    error: null,
  })
  expect(await resultOf('small_state', { kind: 'not_null', column: 'kind', arguments: {} })).toEqual(fine)
})

test('accepted_values finds what is not on the list', async () => {
  const asked = (values: string[]) => ({ kind: 'accepted_values', column: 'kind', arguments: { values } })
  expect(await resultOf('small_state', asked(['a', 'b']))).toEqual({
    failures: 1,
    sample: [{ refused: 'c', times: '1' }],
    error: null,
  })
  expect(await resultOf('small_state', asked(['a', 'c']))).toEqual(fine)
})

test('relationships finds what the other relation does not have', async () => {
  const asked = { kind: 'relationships', column: 'kind', arguments: { to: "ref('weights')", field: 'kind' } }
  expect(await resultOf('small_state', asked)).toEqual({
    failures: 1,
    sample: [{ orphaned: 'c', times: '1' }],
    error: null,
  })
})

test('expression_is_true finds rows for which it is false, of a relation or of a column', async () => {
  const found = { failures: 1, sample: [{ order_id: 'o2' }], error: null }
  const asked = (column: string | null, expression: string) => ({
    kind: 'expression_is_true',
    column,
    arguments: { expression },
  })
  expect(await resultOf('small_state', asked(null, 'worth > 0'))).toEqual(found)
  expect(await resultOf('small_state', asked('worth', '> 0'))).toMatchObject({ failures: 1 })
  expect(await resultOf('small_state', asked('worth', '> -10'))).toEqual(fine)
})

test('a model that is only set in place is asked as well', async () => {
  await warehouse.insertRows('events', [{ order_id: '', event_id: 'e', event_type: 'a' }])
  const asked = { kind: 'expression_is_true', column: 'order_id', arguments: { expression: "!= ''" } }
  expect(await resultOf('stg_small', asked)).toMatchObject({ failures: 1 })
})

test('a test that cannot be asked is no success, and one that nobody wrote is refused', async () => {
  const asked = { kind: 'unique', column: 'no_such_column', arguments: {} }
  expect((await resultOf('small_state', asked)).error).toBeInstanceOf(Error)
  expect(() => compileTests(asking('small_state', { kind: 'nobodys', column: null, arguments: {} }))).toThrow(
    /the test nobodys cannot be compiled/,
  )
})
