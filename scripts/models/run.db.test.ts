/** The commands as a person meets them: what they print, and what they answer when something is wrong. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { selectNames } from '#transforms/engine/graph.ts'
import { type Project, readProject } from '#transforms/engine/project.ts'
import type { WarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { type Job, buildAndTest, runModels, testModels } from './run.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'orderlens-models-'))
const config: WarehouseConfig = {
  mode: 'embedded',
  path: join(folder, 'data/warehouse'),
  database: 'orderlens',
  readers: 2,
}
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

let lines: string[] = []
beforeEach(() => {
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

let copies = 0
/** Our project with one file told otherwise. */
function projectWith(path: string, change: (text: string) => string): Project {
  const copy = join(folder, `project-${(copies += 1)}`)
  cpSync(join(root, 'transforms'), copy, { recursive: true })
  writeFileSync(join(copy, path), change(readFileSync(join(copy, path), 'utf8')))
  return readProject(copy)
}

const jobOf = (project: Project, ...select: string[]): Job => ({
  project,
  config,
  names: selectNames(project, { select }),
  isFullRefresh: false,
})

/** Without times and widths. */
const told = (): string[] =>
  lines.map((line) =>
    line
      .replaceAll(/\s+\d+ ms/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )

test('one line per relation, counted, with its rows', async () => {
  const project = readProject()
  const rules = project.seeds
    .find(({ name }) => name === 'rules')
    ?.text.trim()
    .split('\n')
    .slice(1)
  expect(await runModels(jobOf(project, '+dead_letter_current', 'rules', 'int_payments'))).toBe(true)
  expect(told()).toEqual([`1/2 built rules seed ${rules?.length} rows`, '2/2 built dead_letter_current view'])
  lines = []
  expect(await runModels(jobOf(readProject(), 'rules'))).toBe(true)
  expect(told()).toEqual(['1/1 unchanged rules seed'])
})

test('a model that fails says why, what reads it is skipped, the rest is built', async () => {
  const project = projectWith('models/facts/order_state.sql', (text) =>
    text.replace('toInt64(amount_paid) as', 'no_such_column as'),
  )
  expect(await runModels(jobOf(project))).toBe(false)
  const said = told().join('\n')
  expect(said).toMatch(/FAILED order_state incremental .*no_such_column/)
  expect(said).toMatch(/skipped orders view reads order_state, which failed/)
  expect(said).toMatch(/built rule_needs seed/)
})

test('a test that fails is told with its rows, and the answer is no', async () => {
  const project = projectWith('seeds/rule_needs.csv', (text) => `${text}no_such_rule,order.created\n`)
  expect(await buildAndTest(jobOf(project, 'rule_needs', 'rules'))).toBe(false)
  expect(told()).toContainEqual(
    expect.stringMatching(/FAILED relationships_rule_needs_rule 1 rows \{"orphaned":"no_such_rule","times":"1"\}/),
  )
  lines = []
  expect(await testModels(jobOf(readProject(), 'rules'))).toBe(true)
  expect(told()).toEqual(['1/2 ok not_null_rules_rule 0 rows', '2/2 ok not_null_rules_threshold_source 0 rows'])
})

test('in a new warehouse a test waits for everything it reads', async () => {
  const job = jobOf(readProject(), 'path:seeds')
  expect(await buildAndTest({ ...job, config: { ...config, database: 'fresh' } })).toBe(true)
  const said = told().map((line) => line.split(' ')[2])
  expect(said.indexOf('rules')).toBeLessThan(said.indexOf('relationships_rule_needs_rule'))
})

test('a model whose unit test fails is not built, and nothing of the test stays in the warehouse', async () => {
  const project = projectWith('models/facts/int_lines.sql', (text) => text.replace('argMax(one, k)', 'argMin(one, k)'))
  expect(await buildAndTest(jobOf(project, 'int_lines+', '+orders'))).toBe(false)
  const said = told().join('\n')
  expect(said).toMatch(/FAILED the_latest_word_on_a_line_counts unit test expected \{.*found \{/)
  expect(said).toMatch(/skipped order_state incremental reads int_lines, which failed/)
  const warehouse = await openWarehouse(config)
  const databases = await warehouse.queryRows("select name from system.databases where name like '%unit%'")
  await warehouse.close()
  expect(databases).toEqual([])
})

test('a slip in a selector, and a warehouse in use, end with what to do', async () => {
  const run = (...args: string[]) =>
    spawnSync('npm', ['run', '--silent', 'models', '--', ...args], {
      cwd: root,
      env: { ...process.env, ORDERLENS_DATA: join(folder, 'data'), CLICKHOUSE_URL: '' },
      encoding: 'utf8',
    })
  const slip = run('list', '--select', 'ordres')
  expect([slip.status, slip.stderr]).toEqual([1, expect.stringContaining("nothing is selected by 'ordres'") as string])
  const warehouse = await openWarehouse(config)
  const locked = run('run')
  await warehouse.close()
  expect([locked.status, locked.stderr]).toEqual([1, expect.stringContaining('in use by another process') as string])
  const listed = run('list', '--select', 'tag:marts', '--exclude', 'reviews')
  expect(listed.status).toBe(0)
  expect(listed.stdout).toContain('dead_letter_current')
  expect(listed.stdout).not.toContain('reviews')
})
