/** Model files are Jinja with dbt's names in it; what the names mean is up to whoever renders. */
import { Template } from '@huggingface/jinja'

export type Names = {
  readonly ref: (name: string) => string
  readonly source: (schema: string, table: string) => string
  readonly var: (name: string) => string
  readonly config?: (values: Readonly<Record<string, unknown>>) => void
  readonly isIncremental: boolean
  readonly this: string
}

export type ModelTemplate = { render(names: Names, values?: Readonly<Record<string, unknown>>): string }

/** `macros` are the definitions every text may call. */
export function createTemplate(macros: string, text: string): ModelTemplate {
  const template = new Template(`${macros}\n${text}`)
  return {
    render: (names, values = {}) =>
      template
        .render({
          ...values,
          ref: names.ref,
          source: names.source,
          var: names.var,
          config: (given: unknown) => {
            names.config?.(plainOf(given) as Record<string, unknown>)
            return ''
          },
          is_incremental: () => names.isIncremental,
          this: names.this,
        })
        .trim(),
  }
}

/** dbt keeps a test block under the name of a macro; the template engine knows macros only. */
export function macrosOf(text: string): string {
  return text
    .replace(/\{%(-?)\s*test\s+(\w+)\s*\(/g, '{%$1 macro test_$2(')
    .replace(/\{%(-?)\s*endtest\s*(-?)%\}/g, '{%$1 endmacro $2%}')
}

/** Arguments reach a function as maps and lists of the template engine's own value objects. */
function plainOf(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries(
      [...(value as Map<string, { value: unknown }>)].map(([key, at]) => [key, plainOf(at.value)]),
    )
  if (Array.isArray(value)) return (value as { value: unknown }[]).map((each) => plainOf(each.value))
  return value ?? {}
}
