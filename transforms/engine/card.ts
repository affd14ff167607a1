/** The cards beside models, seeds and sources, in dbt's own format: what each is, what must hold of it, and examples. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { TransformError } from '../errors.ts'

const description = z.string().default('')
export const tagsSchema = z.union([z.string().transform((tag) => [tag]), z.array(z.string())]).default([])
const cardConfig = z.looseObject({ tags: tagsSchema }).prefault({})

/** `unique`, or `accepted_values: {arguments: {…}}`, with a name of its own where it needs one. */
const dataTest = z.union([
  z.string().transform((kind) => ({ kind, arguments: {} as Record<string, unknown>, name: null as string | null })),
  z
    .record(
      z.string(),
      z.strictObject({ name: z.string().nullable().default(null), arguments: z.record(z.string(), z.unknown()) }),
    )
    .refine((entry) => Object.keys(entry).length === 1, 'a test is one name with its arguments')
    .transform((entry) => {
      const [[kind, given] = ['', { name: null, arguments: {} }]] = Object.entries(entry)
      return { kind, arguments: given.arguments, name: given.name }
    }),
])

const column = z.strictObject({ name: z.string(), description, data_tests: z.array(dataTest).default([]) })

const relation = z.strictObject({
  name: z.string(),
  description,
  config: cardConfig,
  columns: z.array(column).default([]),
  data_tests: z.array(dataTest).default([]),
})

const rows = z.array(z.record(z.string(), z.unknown()))
const unitTest = z.strictObject({
  name: z.string(),
  description,
  model: z.string(),
  overrides: z
    .strictObject({
      macros: z.strictObject({ is_incremental: z.boolean().default(false) }).prefault({}),
      vars: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
    })
    .prefault({}),
  given: z.array(z.strictObject({ input: z.string(), rows })),
  expect: z.strictObject({ rows }),
})

const fileSchema = z.strictObject({
  version: z.literal(2),
  models: z.array(relation).default([]),
  seeds: z.array(relation).default([]),
  sources: z.array(z.strictObject({ name: z.string(), description, tables: z.array(relation) })).default([]),
  unit_tests: z.array(unitTest).default([]),
})

export type Card = z.output<typeof relation>
export type UnitTest = z.output<typeof unitTest>
export type CardFile = z.output<typeof fileSchema>
/** A promise about rows; `column` is null where it is about the relation as a whole. */
export type DataTest = {
  /** One of `macros/tests`. */
  readonly kind: string
  /** What it is called where the usual name does not tell it apart. */
  readonly name: string | null
  readonly column: string | null
  readonly arguments: Readonly<Record<string, unknown>>
}

export function readCards(paths: readonly string[]): CardFile {
  const files = paths.map(readCardFile)
  return {
    version: 2,
    models: files.flatMap((file) => file.models),
    seeds: files.flatMap((file) => file.seeds),
    sources: files.flatMap((file) => file.sources),
    unit_tests: files.flatMap((file) => file.unit_tests),
  }
}

function readCardFile(path: string): CardFile {
  const parsed = fileSchema.safeParse(parse(readFileSync(path, 'utf8')))
  if (!parsed.success)
    throw new TransformError('CARD_INVALID', `the card ${path} cannot be read: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** A relation that no card speaks about has an empty one. */
export const cardOf = (cards: readonly Card[], name: string): Card =>
  cards.find((card) => card.name === name) ?? relation.parse({ name })

export const dataTestsOf = (card: Card): DataTest[] => [
  ...card.data_tests.map((test) => ({ ...test, column: null })),
  ...card.columns.flatMap(({ name, data_tests: tests }) => tests.map((test) => ({ ...test, column: name }))),
]
