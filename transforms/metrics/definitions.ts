/** All metrics, dimensions and datasets, read once and checked against each other. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { z } from 'zod'
import { parse } from 'yaml'
import { QueryError } from '../query/errors.ts'
import type { Catalogue, DrillResult } from '../query/request.ts'
import { datasetFileSchema, dimensionFileSchema, metricFileSchema, metricSchema } from './definition.ts'
import type { Dataset, Dimension, Metric, RowSet } from './definition.ts'
import { expandFamily } from './family.ts'

export type Definitions = {
  readonly metrics: ReadonlyMap<string, Metric>
  readonly dimensions: ReadonlyMap<string, Dimension>
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly sets: ReadonlyMap<string, RowSet>
}

let loaded: Definitions | undefined

/** The product's own definitions. */
export function definitions(): Definitions {
  loaded ??= readDefinitions(import.meta.dirname)
  return loaded
}

/** Throws one error naming file and key for each thing that is wrong. */
export function readDefinitions(folder: string): Definitions {
  const { datasets, sets } = readFile(join(folder, 'datasets.yml'), datasetFileSchema)
  const { dimensions } = readFile(join(folder, 'dimensions.yml'), dimensionFileSchema)
  const metrics = readdirSync(folder)
    .filter((file) => file.endsWith('.yml') && file !== 'datasets.yml' && file !== 'dimensions.yml')
    .sort()
    .flatMap((file) => readMetrics(join(folder, file)))
  const all = {
    metrics: byName('metric', metrics),
    dimensions: byName('dimension', dimensions),
    datasets: byName('dataset', datasets),
    sets: byName('set', sets),
  }
  const maturity = all.dimensions.get('maturity')?.on ?? {}
  for (const metric of all.metrics.values()) {
    if (!all.datasets.has(metric.dataset))
      throw new QueryError('INVALID_DEFINITION', `metric ${metric.name}: there is no dataset named '${metric.dataset}'`)
    if (metric.maturing && typeof maturity[metric.dataset] !== 'string')
      throw new QueryError(
        'INVALID_DEFINITION',
        `metric ${metric.name}: rows of '${metric.dataset}' have no dimension maturity`,
      )
    if (isSpan(metric) && metric.unit !== 'seconds')
      throw new QueryError('INVALID_DEFINITION', `metric ${metric.name}: a span is in seconds, not in ${metric.unit}`)
  }
  for (const dimension of all.dimensions.values()) {
    const unknown = Object.keys(dimension.on).find((dataset) => dataset !== '*' && !all.datasets.has(dataset))
    if (unknown !== undefined)
      throw new QueryError('INVALID_DEFINITION', `dimension ${dimension.name}: there is no dataset named '${unknown}'`)
  }
  return all
}

/** What callers may ask for, in the order of the files. */
export function catalogueOf({ metrics, dimensions, datasets }: Definitions): Catalogue {
  return {
    metrics: [...metrics.values()].map((metric) => ({
      name: metric.name,
      label: metric.label,
      description: metric.description,
      version: versionOf(metric, datasets.get(metric.dataset)),
      unit: metric.unit,
      snapshot: metric.snapshot,
      direction: metric.direction,
      times: metric.times,
      time_bases: isSpan(metric) ? ['calendar', 'business'] : ['calendar'],
      counts: countedBy(metric, datasets.get(metric.dataset)),
      dimensions: [...dimensions.values()]
        .filter(({ on }) => metric.dataset in on || '*' in on)
        .map((dimension) => dimension.name),
      maturing: metric.maturing,
      explained_by: [...dimensions.values()]
        .filter(({ on }) => addsUp(metric) && typeof (on[metric.dataset] ?? on['*']) === 'string')
        .map((dimension) => dimension.name),
      spiking: hasSpikes(metric),
    })),
    dimensions: [...dimensions.values()].map(({ name, label, description }) => ({ name, label, description })),
  }
}

/** Of what a value is made: its definition without words, and the dataset it is measured on. */
export function versionOf({ label: _, description: __, ...metric }: Metric, dataset: Dataset | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([metric, dataset]))
    .digest('hex')
    .slice(0, 12)
}

/** What its value is a number of. */
export function countedBy(metric: Metric, dataset: Dataset | undefined): DrillResult['counts'] {
  return metric.kind === 'uniq' ? metric.counts : (dataset?.entity ?? 'order')
}

/** Whether the metric is a time between two instants of a row. */
export function isSpan(metric: Metric): boolean {
  return 'value' in metric && typeof metric.value === 'object'
}

/** Whether what the values of a dimension did adds up to what the metric did. */
export function addsUp({ kind }: Metric): boolean {
  return kind === 'count' || kind === 'sum' || kind === 'ratio' || kind === 'mean'
}

/** Whether an hour or a day of it can be unusual: a count of what happened. */
export function hasSpikes({ kind, snapshot }: Metric): boolean {
  return kind === 'count' && !snapshot
}

function readMetrics(path: string): Metric[] {
  const { metrics, families } = readFile(path, metricFileSchema)
  const expanded = families.flatMap(expandFamily).map((candidate) => check(path, metricSchema, candidate))
  return [...metrics, ...expanded]
}

function readFile<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return check(path, schema, parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof QueryError) throw cause
    throw new QueryError(
      'INVALID_DEFINITION',
      `${basename(path)}: cannot be read as YAML: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function check<T>(path: string, schema: z.ZodType<T>, candidate: unknown): T {
  const parsed = schema.safeParse(candidate)
  if (parsed.success) return parsed.data
  const name = (candidate as { name?: unknown } | null)?.name
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`)
  throw new QueryError(
    'INVALID_DEFINITION',
    `${basename(path)}${typeof name === 'string' ? `, ${name}` : ''}: ${problems.join('; ')}`,
  )
}

function byName<T extends { name: string }>(kind: string, items: readonly T[]): Map<string, T> {
  const map = new Map<string, T>()
  for (const item of items) {
    if (map.has(item.name)) throw new QueryError('INVALID_DEFINITION', `${kind} ${item.name} is defined twice`)
    map.set(item.name, item)
  }
  return map
}
