/**
 * Unit tests of models, as cards tell them: given rows in, expected rows out. They run in a database of their own, in which
 * the project is built and empty; given rows stand in tables shaped like what they stand for.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { TransformError } from '../errors.ts'
import type { UnitTest } from './card.ts'
import { type Stand, type Variables, compileModel, relationOf, variablesAt } from './compile.ts'
import type { Model, Project } from './project.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

export type UnitTestResult = {
  readonly name: string
  readonly model: string
  readonly isPassed: boolean
  /** Rows that were expected and did not come, and rows that came instead; each as JSON. */
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
  readonly ms: number
  readonly error: unknown
}

const NOW = Date.UTC(2026, 0, 1)

/** `scratch` holds the project, built and empty. */
export async function runUnitTest(scratch: Warehouse, project: Project, test: UnitTest): Promise<UnitTestResult> {
  const startedMs = performance.now()
  const told = { name: test.name, model: test.model, missing: [], surplus: [] }
  try {
    const { missing, surplus } = await compare(scratch, project, test)
    const isPassed = missing.length + surplus.length === 0
    return { ...told, isPassed, missing, surplus, ms: performance.now() - startedMs, error: null }
  } catch (error) {
    return { ...told, isPassed: false, ms: performance.now() - startedMs, error }
  }
}

async function compare(scratch: Warehouse, project: Project, test: UnitTest) {
  const model = project.models.find(({ name }) => name === test.model)
  if (model === undefined)
    throw new TransformError('TEST_INVALID', `the unit test ${test.name} is about ${test.model}, which is no model`)
  const variables = variablesOf(test)
  const stand = await standIns(scratch, { project, model, test, variables })
  const isIncremental = test.overrides.macros.is_incremental
  const select = compileModel(project, model, isIncremental, stand)
  const columns = Object.keys(test.expect.rows[0] ?? {})
  const list = columns.length === 0 ? '*' : columns.map((name) => `\`${name}\``).join(', ')
  await remake(scratch, 'expected_rows', `engine = Memory empty as select ${list} from (\n${select}\n)`, variables)
  await insertGiven(scratch, 'expected_rows', test.expect.rows)
  const rowsOf = async (relation: string): Promise<string[]> =>
    (await scratch.queryRows(`select ${list} from ${relation}`, { ...variables })).map((row) => JSON.stringify(row))
  return difference(await rowsOf('expected_rows'), await rowsOf(`(\n${select}\n)`))
}

/** As bags: a row that comes twice is expected twice. */
function difference(expected: readonly string[], found: readonly string[]): { missing: string[]; surplus: string[] } {
  const surplus = [...found]
  const missing = expected.filter((row) => {
    const at = surplus.indexOf(row)
    if (at >= 0) surplus.splice(at, 1)
    return at < 0
  })
  return { missing, surplus }
}

/** In dbt a variable is set in place, so its text is SQL; here it is the value of a parameter. */
function variablesOf({ overrides }: UnitTest): Variables {
  const { now, version } = { ...variablesAt(NOW, 1), ...overrides.vars }
  return { now: String(now).replaceAll("'", ''), version: String(version) }
}

type Setting = { project: Project; model: Model; test: UnitTest; variables: Variables }

/** Like dbt, asks that every input be given: what a test does not show must not decide. */
async function standIns(scratch: Warehouse, { project, model, test, variables }: Setting): Promise<Stand> {
  const stand = new Map<string, string>()
  for (const [index, { input, rows }] of test.given.entries()) {
    const key = keyOf(input)
    const [kind, name = model.name] = key.split(':')
    const table = `given_${index}`
    const isStored = kind !== 'ref' || project.models.find((each) => each.name === name)?.config.engine !== undefined
    const shape = isStored ? `as ${name}` : `engine = Memory empty as select * from ${relationOf(project, name)}`
    await remake(scratch, table, shape, variables)
    await insertGiven(scratch, table, rows)
    stand.set(key, table)
  }
  const inputs = [...model.refs.map((name) => `ref:${name}`), ...model.sources.map((name) => `source:${name}`)]
  const lacking = inputs.filter((key) => !stand.has(key))
  if (lacking.length > 0)
    throw new TransformError(
      'TEST_INVALID',
      `the unit test ${test.name} must give rows (or []) for ${lacking.join(', ')}`,
    )
  return stand
}

/** `ref('x')`, `source('orderlens', 'x')` or `this`. */
function keyOf(input: string): string {
  const [, kind, name] = /^(ref|source)\((?:\s*'\w+'\s*,)?\s*'(\w+)'\s*\)$/.exec(input) ?? []
  if (input === 'this') return 'this'
  if (name === undefined)
    throw new TransformError('TEST_INVALID', `expected ref('…'), source('…', '…') or this, found ${input}`)
  return `${kind}:${name}`
}

async function remake(scratch: Warehouse, table: string, shape: string, variables: Variables): Promise<void> {
  await scratch.command(`drop table if exists ${table} sync`)
  await scratch.command(`create table ${table} ${shape}`, { ...variables })
}

/** Rows travel as one JSON value and take the types of the table's own columns; a column left out has its default. */
async function insertGiven(scratch: Warehouse, table: string, rows: Rows): Promise<void> {
  if (rows.length === 0) return
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const types = await scratch.query(
    {
      name: 'types of given columns',
      sql: 'select name, type from system.columns where database = {database:String} and table = {table:String}',
      row: z.object({ name: z.string(), type: z.string() }),
    },
    { database: scratch.database, table },
  )
  const structure = columns.map((name) => {
    const type = types.find((column) => column.name === name)?.type
    if (type === undefined) throw new TransformError('TEST_INVALID', `given rows name ${name}, which is no column here`)
    return `\`${name}\` ${type}`
  })
  const list = columns.map((name) => `\`${name}\``).join(', ')
  await scratch.command(
    `insert into ${table} (${list}) select ${list} from format(JSONEachRow, {structure:String}, {rows:String})`,
    { structure: structure.join(', '), rows: rows.map((row) => JSON.stringify(row)).join('\n') },
  )
}
