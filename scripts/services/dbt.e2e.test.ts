/** dbt reads the same project as our engine: the same relations, the same edges, the same tests. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { compileTests } from '#transforms/engine/data-tests.ts'
import { edgesOf } from '#transforms/engine/lineage.ts'
import { readProject } from '#transforms/engine/project.ts'
import { installDbt, parseWithDbt } from './dbt.ts'

const root = join(import.meta.dirname, '../../transforms')
const folder = mkdtempSync(join(tmpdir(), 'orderlens-dbt-'))

const nodeSchema = z.object({
  name: z.string(),
  resource_type: z.string(),
  tags: z.array(z.string()),
  config: z.object({ materialized: z.string().optional() }),
  attached_node: z.string().nullish(),
  column_name: z.string().nullish(),
  test_metadata: z.object({ name: z.string(), kwargs: z.record(z.string(), z.unknown()) }).nullish(),
})
const manifestSchema = z.object({
  nodes: z.record(z.string(), nodeSchema),
  sources: z.record(z.string(), z.object({ source_name: z.string(), name: z.string() })),
  parent_map: z.record(z.string(), z.array(z.string())),
  unit_tests: z.record(z.string(), z.object({ name: z.string(), model: z.string() })),
})

let dbt: string
let manifest: z.output<typeof manifestSchema>

beforeAll(async () => {
  dbt = await installDbt()
  manifest = await manifestOf(root)
}, 600_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function manifestOf(project: string): Promise<z.output<typeof manifestSchema>> {
  const target = mkdtempSync(join(folder, 'target-'))
  await parseWithDbt(dbt, project, target)
  return manifestSchema.parse(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')))
}

const nodesOf = (type: string) => Object.values(manifest.nodes).filter((node) => node.resource_type === type)

/** `model.orderlens.orders` → `orders`; sources keep the name of theirs. */
const plain = (id: string): string => {
  const [type, , ...rest] = id.split('.')
  return type === 'source' ? rest.join('.') : (rest[0] ?? '')
}

const project = readProject()

test('models, seeds and sources are the same, materialised alike and tagged alike', () => {
  expect(
    nodesOf('model')
      .map(({ name, config, tags }) => ({ name, materialized: config.materialized, tags: [...tags].sort() }))
      .sort(byName),
  ).toEqual(
    project.models
      .map(({ name, config }) => ({ name, materialized: config.materialized, tags: [...config.tags].sort() }))
      .sort(byName),
  )
  expect(
    nodesOf('seed')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(project.seeds.map(({ name }) => name).sort())
  expect(
    Object.values(manifest.sources)
      .map(({ source_name: schema, name }) => `${schema}.${name}`)
      .sort(),
  ).toEqual(project.sources.map(({ schema, name }) => `${schema}.${name}`).sort())
})

const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name)

test('the graph is the same, edge by edge', () => {
  const theirs = Object.entries(manifest.parent_map)
    .filter(([id]) => id.startsWith('model.'))
    .flatMap(([id, parents]) => parents.map((parent) => `${plain(parent)} → ${plain(id)}`))
  const ours = edgesOf(project).map(({ from, to }) => `${from} → ${to}`)
  expect(theirs.length).toBeGreaterThan(30)
  expect(theirs.sort()).toEqual([...ours].sort())
})

test('every test of the cards is one of dbt, about the same relation and column', () => {
  const theirs = nodesOf('test').map(
    ({ test_metadata: about, attached_node: relation, column_name: column }) =>
      `${about?.name} ${plain(relation ?? '')} ${column ?? ''}`,
  )
  const ours = compileTests(project).map(
    ({ test: { kind, column }, relation }) => `${kind} ${relation} ${column ?? ''}`,
  )
  expect(theirs.length).toBeGreaterThan(50)
  expect(theirs.sort()).toEqual(ours.sort())
})

test('every unit test of the cards is one of dbt, about the same model', () => {
  const theirs = Object.values(manifest.unit_tests).map(({ name, model }) => `${name} of ${model}`)
  expect(theirs.length).toBeGreaterThanOrEqual(4)
  expect(theirs.sort()).toEqual(project.unitTests.map(({ name, model }) => `${name} of ${model}`).sort())
})

test('a model that reads another one more is told apart, so the comparison can fail', async () => {
  const copy = join(folder, 'changed')
  cpSync(root, copy, { recursive: true, filter: (path) => !/\/(target|logs)(\/|$)/.test(path) })
  const orders = join(copy, 'models/marts/orders.sql')
  writeFileSync(orders, `${readFileSync(orders, 'utf8')}\n-- depends_on: {{ ref('rules') }}\n`)
  const changed = await manifestOf(copy)
  expect(changed.parent_map['model.orderlens.orders']?.map(plain).sort()).toEqual(['order_state', 'rules'])
  expect(manifest.parent_map['model.orderlens.orders']?.map(plain)).toEqual(['order_state'])
})
