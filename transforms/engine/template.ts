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

type Statements = Template['parsed']['body']

/** `macros` are the definitions every text may call. */
export function createTemplate(macros: string, text: string): ModelTemplate {
  const template = new Template(text)
  template.parsed.body.unshift(...read(macros))
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

/** The macros of a project are longer than any of the many texts that call them, so they are read once. */
const alreadyRead = new Map<string, Statements>()

function read(macros: string): Statements {
  const before = alreadyRead.get(macros)
  if (before !== undefined) return before
  const statements = new Template(macros).parsed.body
  alreadyRead.set(macros, statements)
  return statements
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
