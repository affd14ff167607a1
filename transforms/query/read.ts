/** Takes requests in, sends compiled statements with their values and returns rows of cells. */
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import type { z } from 'zod'
import { type EngineRow, parseRows } from './answer.ts'
import { QueryError } from './errors.ts'
import { usedParameters } from './parameters.ts'

export async function readCells(warehouse: Warehouse, sql: string, parameters: QueryParams): Promise<EngineRow[]> {
  return parseRows(await warehouse.queryBytes(sql, 'JSONCompact', usedParameters(sql, parameters)))
}

const MOST_STATEMENTS = 1_000

/** Requests of one shape differ in parameters only, so their statement is compiled once. */
export function createStatements(): (shape: unknown, compile: () => string) => string {
  const known = new Map<string, string>()
  return (shape, compile) => {
    const key = JSON.stringify(shape)
    const found = known.get(key)
    if (found !== undefined) return found
    const sql = compile()
    if (known.size >= MOST_STATEMENTS) known.clear()
    known.set(key, sql)
    return sql
  }
}

/** A request in its shape, or an error that names what is wrong with it. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`)
  throw new QueryError('INVALID_REQUEST', problems.join('; '))
}
