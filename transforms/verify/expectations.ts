/** A file of expected values, and how it compares with what was found: value by value, nothing left out on either side. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { VerifyError } from './errors.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
)
const expectationFileSchema = z.object({ values: z.record(z.string(), z.object({ value: json })) })

/** Expected values by section. */
export type Expectations = ReadonlyMap<string, Json>

export function readExpectations(path: string): Expectations {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new VerifyError(
      'NO_FILE',
      `expected a JSON file of expected values at ${path}: ${(cause as Error).message}`,
      { cause },
    )
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new VerifyError('NOT_JSON', `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = expectationFileSchema.safeParse(content)
  if (!parsed.success) {
    throw new VerifyError(
      'WRONG_SHAPE',
      `${path}: expected {"values": {section: {"value": …}}}; ${z.prettifyError(parsed.error)}`,
    )
  }
  return new Map(Object.entries(parsed.data.values).map(([section, { value }]) => [section, value]))
}

export type Comparison = {
  readonly name: string
  readonly expected: Json | undefined
  readonly found: Json | undefined
  readonly isEqual: boolean
}

/**
 * One comparison per expected leaf; of a whole group also per leaf that nobody expected. A list is one value, compared
 * without regard to order.
 */
export function compare(
  name: string,
  expected: Json | undefined,
  found: Json | undefined,
  isWhole: (group: object) => boolean,
): Comparison[] {
  if (isGroup(expected) || isGroup(found)) {
    const left = isGroup(expected) ? expected : {}
    const right = isGroup(found) ? found : {}
    const keys = [...new Set([...Object.keys(left), ...(isWhole(right) ? Object.keys(right) : [])])]
    const isLost = (expected !== undefined && !isGroup(expected)) || (found !== undefined && !isGroup(found))
    if (keys.length === 0 || isLost)
      return [{ name, expected, found, isEqual: !isLost && isGroup(expected) === isGroup(found) }]
    return keys.flatMap((key) => compare(`${name}.${key}`, left[key], right[key], isWhole))
  }
  return [{ name, expected, found, isEqual: expected !== undefined && canonical(expected) === canonical(found) }]
}

function isGroup(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function canonical(value: Json | undefined): string {
  return (
    JSON.stringify(Array.isArray(value) ? value.map((item: Json) => JSON.stringify(item)).sort() : value) ?? 'missing'
  )
}
