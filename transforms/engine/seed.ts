/** Seeds: our own small files, comma separated, double quotes where a value holds a comma. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { TransformError } from '../errors.ts'
import type { Seed } from './project.ts'

/** Makes `table` with the rows of the seed. */
export async function loadSeed(warehouse: Warehouse, seed: Seed, table: string): Promise<void> {
  const { columns, rows } = readSeed(seed)
  const list = columns.map(({ name, type }) => `${name} ${type}`).join(', ')
  await warehouse.command(`create table ${table} (${list}) engine = MergeTree order by tuple()`)
  await warehouse.insertRows(table, rows)
}

function readSeed(seed: Seed): {
  columns: { name: string; type: string }[]
  rows: Record<string, string | number | undefined>[]
} {
  const [header, ...lines] = parseCsv(seed.text)
  if (header === undefined || lines.length === 0)
    throw new TransformError('SEED_INVALID', `seed ${seed.path} has no rows`)
  const columns = header.map((name, index) => ({
    name,
    type: lines.every((line) => /^-?\d+(\.\d+)?$/.test(line[index] ?? '')) ? 'Float64' : 'String',
  }))
  const rows = lines.map((line, n) => {
    if (line.length !== header.length)
      throw new TransformError(
        'SEED_INVALID',
        `seed ${seed.path} row ${n + 2}: expected ${header.length} values, found ${line.length}`,
      )
    return Object.fromEntries(
      columns.map(({ name, type }, index) => [name, type === 'Float64' ? Number(line[index]) : line[index]]),
    )
  })
  return { columns, rows }
}

function parseCsv(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '',
      ),
    )
}
