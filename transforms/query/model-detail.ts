/** One relation in full: its columns, what must hold of it, its examples, and the statement it is built by. */
import { type Card, dataTestsOf } from '../engine/card.ts'
import { compileModel } from '../engine/compile.ts'
import type { Project } from '../engine/project.ts'

export type ModelDetail = {
  name: string
  /** Relative to the folder of transforms. */
  path: string
  columns: { name: string; description: string; tests: string[] }[]
  /** What must hold of the relation as a whole. */
  tests: string[]
  unit_tests: { name: string; description: string }[]
  /** Of a whole build; null for a seed. */
  sql: string | null
}

/** Null where no seed or model has the name. */
export function modelDetail(project: Project, name: string): ModelDetail | null {
  const model = project.models.find((each) => each.name === name)
  const found = model ?? project.seeds.find((each) => each.name === name)
  if (found === undefined) return null
  return {
    name,
    path: found.path,
    columns: found.card.columns.map((column) => ({
      name: column.name,
      description: column.description.trim(),
      tests: testsOf(found.card, column.name),
    })),
    tests: testsOf(found.card, null),
    unit_tests: project.unitTests
      .filter((test) => test.model === name)
      .map((test) => ({ name: test.name, description: test.description.trim() })),
    sql: model === undefined ? null : compileModel(project, model, false).trim(),
  }
}

function testsOf(card: Card, column: string | null): string[] {
  return dataTestsOf(card)
    .filter((test) => test.column === column)
    .map(({ kind, arguments: given }) => (Object.keys(given).length === 0 ? kind : `${kind} ${JSON.stringify(given)}`))
}
