/** The statements that make relations. One spelling: what a cluster needs besides is added where statements are sent. */
import { TransformError } from '../errors.ts'
import type { Model } from './project.ts'

/** Where a table is built while the one in use stays as it is. */
export const sideOf = (name: string): string => `${name}__next`

/** A materialized view tells its table, which has the model's name, under a name of its own; so does dbt. */
export const feedOf = (name: string): string => `${name}_mv`

export const createView = (name: string, select: string): string => `create or replace view ${name} as\n${select}`

/** The table without its rows. */
export function createTable(model: Model, name: string, select: string): string {
  const { engine, order_by: orderBy, partition_by: partitionBy, settings } = model.config
  if (engine === undefined || orderBy === undefined)
    throw new TransformError('MODEL_INVALID', `model ${model.name} needs engine and order_by in its config`)
  const listed = Object.entries(settings ?? {}).map(([key, value]) => `${key} = ${value}`)
  return [
    `create table ${name}`,
    `engine = ${engine}`,
    ...(partitionBy === undefined ? [] : [`partition by ${partitionBy}`]),
    `order by ${orderBy}`,
    ...(listed.length === 0 ? [] : [`settings ${listed.join(', ')}`]),
    'empty as',
    select,
  ].join('\n')
}

export const createFeed = (name: string, target: string, select: string): string =>
  `create materialized view ${feedOf(name)} to ${target} as\n${select}`

/** However many partitions the rows fall into, and sorted on disk where there are many: whoever has partitions writes them in order. */
const WHOLE = 'settings max_partitions_per_insert_block = 0, max_bytes_before_external_sort = 1000000000'

export const fillTable = (name: string, select: string, { config }: Partial<Pick<Model, 'config'>> = {}): string =>
  `insert into ${name}${config?.partition_by === undefined ? '' : ` ${WHOLE}`}\n${select}`
