/** What the cards promise about rows: each promise is a select of the rows that break it. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { TransformError } from '../errors.ts'
import { type Card, type DataTest, dataTestsOf } from './card.ts'
import { relationOf, variablesAt } from './compile.ts'
import type { Project } from './project.ts'
import { createTemplate } from './template.ts'

export type CompiledTest = {
  /** As dbt calls it: `unique_orders_order_id`. */
  readonly name: string
  readonly relation: string
  /** What must be there before it can be asked: the relation, and those its arguments name. */
  readonly reads: readonly string[]
  readonly test: DataTest
  readonly sql: string
}

export type TestResult = {
  readonly name: string
  readonly relation: string
  readonly failures: number
  /** A few of the failing rows, ids and what the test itself counts only. */
  readonly sample: readonly Record<string, unknown>[]
  readonly ms: number
  /** Why it could not be asked at all. */
  readonly error: unknown
}

const SAMPLE_ROWS = 3

/** Tests of seeds, models and sources, in build order; of some relations only when `names` says so. */
export function compileTests(project: Project, names?: readonly string[]): CompiledTest[] {
  const cards: Card[] = [...project.seeds, ...project.models].map(({ card }) => card)
  return cards
    .filter(({ name }) => names === undefined || names.includes(name))
    .flatMap((card) => dataTestsOf(card).map((test) => compileTest(project, card.name, test)))
}

function compileTest(project: Project, relation: string, test: DataTest): CompiledTest {
  const names = [...(test.column === null ? [] : ['column_name']), ...Object.keys(test.arguments)]
  if (![test.kind, ...names].every((name) => /^\w+$/.test(name)))
    throw new TransformError('TEST_INVALID', `${relation}: ${test.kind} and its arguments must be plain names`)
  const args = ['model=tested', ...names.map((name) => `${name}=given_${name}`)].join(', ')
  const reads = new Set([relation])
  const resolve = (value: unknown): unknown => resolveRelation(project, value, reads)
  const values = Object.fromEntries(
    Object.entries(test.arguments).map(([name, value]) => [`given_${name}`, resolve(value)]),
  )
  try {
    const sql = createTemplate(project.macros, `{{ test_${test.kind}(${args}) }}`).render(
      {
        ref: (name) => readable(project, name),
        source: (_schema, table) => table,
        var: (name) => name,
        isIncremental: false,
        this: relation,
      },
      { ...values, tested: readable(project, relation), given_column_name: test.column },
    )
    return {
      name: test.name ?? [test.kind, relation, ...(test.column === null ? [] : [test.column])].join('_'),
      relation,
      reads: [...reads],
      test,
      sql,
    }
  } catch (cause) {
    throw new TransformError(
      'TEST_INVALID',
      `${relation}: the test ${test.kind} cannot be compiled; is it one of macros/tests? ${(cause as Error).message}`,
      { cause },
    )
  }
}

/** dbt reads an argument such as `ref('orders')` as the relation it names. */
function resolveRelation(project: Project, value: unknown, reads: Set<string>): unknown {
  const [, kind, name] = /^(ref|source)\((?:\s*'\w+'\s*,)?\s*'(\w+)'\s*\)$/.exec(String(value)) ?? []
  if (name === undefined) return value
  if (kind !== 'ref') return name
  reads.add(name)
  return readable(project, name)
}

/** Rows that a later version replaced are not there, whether they are merged away or not. */
function readable(project: Project, name: string): string {
  const engine = project.models.find((model) => model.name === name)?.config.engine
  return engine?.startsWith('Replacing') === true ? `(select * from ${name} final)` : relationOf(project, name)
}

export async function runTest(warehouse: Warehouse, compiled: CompiledTest, nowMs: number): Promise<TestResult> {
  const { name, relation, sql, test } = compiled
  const startedMs = performance.now()
  const told = { name, relation, failures: 0, sample: [], error: null }
  try {
    const rows = await warehouse.queryRows(
      `select count() over () as failures, * from (\n${sql}\n) limit ${SAMPLE_ROWS}`,
      { ...variablesAt(nowMs) },
    )
    const [first] = rows
    return {
      ...told,
      failures: z.coerce.number().parse(first?.['failures'] ?? 0),
      sample: rows.map((row) => shown(row, test.column)),
      ms: performance.now() - startedMs,
    }
  } catch (error) {
    return { ...told, error, ms: performance.now() - startedMs }
  }
}

/** What the built-in tests count by. */
const COUNTED = new Set(['duplicated', 'refused', 'orphaned', 'times'])

/** Names of buyers and the like stay out of logs. */
const shown = (row: Record<string, unknown>, column: string | null): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => name === column || COUNTED.has(name) || /(^|_)(id|type|source)$/.test(name)),
  )
