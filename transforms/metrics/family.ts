/** Fills the parameters of a metric family: one metric per combination. */
import type { z } from 'zod'
import type { familySchema } from './definition.ts'

type Family = z.infer<typeof familySchema>
type Values = Readonly<Record<string, unknown>>

const PLACEHOLDER = /\{([a-z_]+)\.([a-z_]+)\}/g

export function expandFamily(family: Family): unknown[] {
  const combinations = Object.entries(family.over).reduce<Values[]>(
    (found, [parameter, choices]) =>
      found.flatMap((values) =>
        Object.entries(choices).map(([name, fields]) => ({
          ...values,
          [`${parameter}.name`]: name,
          ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [`${parameter}.${field}`, value])),
        })),
      ),
    [{}],
  )
  return combinations.map((values) => fill(family.metric, values))
}

/** A field that a combination does not have is left out of the metric. */
function fill(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const [whole] = template.matchAll(PLACEHOLDER)
    if (whole?.[0] === template) return values[template.slice(1, -1)]
    return template.replaceAll(PLACEHOLDER, (text, parameter: string, field: string) =>
      String(values[`${parameter}.${field}`] ?? text),
    )
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, values))
  if (typeof template === 'object' && template !== null) {
    const filled = Object.entries(template).map(([key, value]) => [key, fill(value, values)] as const)
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
  }
  return template
}
