/** Model → SQL. Ephemeral models are set in place; variables become ClickHouse parameters, never text. */
import { TransformError } from '../errors.ts'
import type { Model, Project } from './project.ts'

/** Variables a model may ask for, with the parameter each becomes. */
const VARIABLES: Readonly<Record<string, string>> = { now: '{now:String}', version: '{version:UInt64}' }

export type Variables = { readonly now: string; readonly version: string }

/** `isIncremental`: only the orders in `tick_orders`; otherwise everything. */
export function compileModel(project: Project, model: Model, isIncremental: boolean): string {
  const byName = new Map(project.models.map((each) => [each.name, each]))
  return model.template
    .render({
      config: () => '',
      ref: (name: string) => {
        const target = byName.get(name)
        if (target === undefined || target.config.materialized !== 'ephemeral') return name
        return `(\n${compileModel(project, target, isIncremental)}\n)`
      },
      source: (_database: string, table: string) => table,
      var: (name: string) => {
        const parameter = VARIABLES[name]
        if (parameter === undefined)
          throw new TransformError(
            'MODEL_INVALID',
            `model ${model.name} asks for the variable ${name}; known are ${Object.keys(VARIABLES).join(', ')}`,
          )
        return parameter
      },
      is_incremental: () => isIncremental,
      this: model.name,
    })
    .trim()
}
