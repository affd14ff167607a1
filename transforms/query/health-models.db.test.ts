import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildSelected } from '../engine/build.ts'
import { noteVersion } from '../engine/history.ts'
import { readProject } from '../engine/project.ts'
import { openBuiltWarehouse } from '../engine/test-built.ts'
import { type ModelHealth, createModelReads } from './health-models.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-health-models-'))
const tickedAt = '2026-01-01T00:00:00.000Z'
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function model(name: string): Promise<ModelHealth | undefined> {
  const models = await createModelReads(warehouse, async () => tickedAt).models()
  return models.find((each) => each.name === name)
}

test('a relation is told with its last build, its place in the graph and how far it is', async () => {
  expect(await model('order_state')).toMatchObject({
    kind: 'incremental',
    layer: 'facts',
    is_changed: false,
    tags: ['facts'],
    reads: expect.arrayContaining(['int_payments', 'int_refunds']) as unknown,
    read_by: expect.arrayContaining(['exp_promises', 'orders']) as unknown,
    last_build: { outcome: 'built', rows: 0, detail: '' },
    fresh_at: tickedAt,
  })
  expect((await model('rules'))?.last_build).toMatchObject({ outcome: 'built', rows: expect.any(Number) as unknown })
})

test('a view is as fresh as what it reads; one over landed rows follows what lands; what is set in place was never built', async () => {
  expect(await model('anomaly_current')).toMatchObject({ fresh_at: tickedAt, last_build: { rows: null } })
  expect(await model('dead_letter_current')).toMatchObject({ fresh_at: null })
  expect(await model('int_payments')).toMatchObject({ fresh_at: null, last_build: null })
})

test('a relation in full has its columns with what must hold of them, its examples and its statement', async () => {
  const detail = await createModelReads(warehouse, async () => tickedAt).model('order_state')
  expect(detail?.columns.find(({ name }) => name === 'order_id')?.tests).toEqual(expect.arrayContaining(['not_null']))
  expect(detail?.sql).toMatch(/select/i)
  expect(detail?.path).toBe(join('models', 'facts', 'order_state.sql'))
  expect((await createModelReads(warehouse, async () => tickedAt).model('rules'))?.sql).toBeNull()
  expect(await createModelReads(warehouse, async () => tickedAt).model('nowhere')).toBeNull()
})

test('what was built from another text is changed, and what reads it too', async () => {
  await noteVersion(warehouse, 'source_settings', 'of another text')
  expect((await model('source_settings'))?.is_changed).toBe(true)
  expect((await model('int_payments'))?.is_changed).toBeNull()
})

test('a build that failed is the last one', async () => {
  const project = readProject()
  const models = project.models.map((each) =>
    each.name === 'orders' ? { ...each, template: { render: () => 'select * from nowhere' } } : each,
  )
  await buildSelected(warehouse, { ...project, models }, { names: ['orders'] })
  expect((await model('orders'))?.last_build).toMatchObject({ outcome: 'failed', rows: null })
  expect((await model('orders'))?.last_build?.detail).not.toBe('')
})
