/** Results of the query command as JSON, CSV or a table. */
import type { Catalogue, MetricResult } from '#transforms/query/request.ts'
import { safeCell } from '#transforms/tables/csv.ts'
import { majorUnits } from '#transforms/tables/money.ts'

export const formats = ['table', 'csv', 'json'] as const
export type OutputFormat = (typeof formats)[number]

type Cells = readonly (string | null)[]

export function printResult(result: MetricResult, format: OutputFormat): void {
  const isMoney = result.unit === 'money'
  const currencyAt = result.keys.indexOf('currency')
  const hasMaturity = result.rows.some(({ mature }) => mature !== undefined)
  const rows = result.rows.map(({ keys, value, n, mature }) => {
    const currency = result.currency ?? keys[currencyAt] ?? ''
    const isAmount = isMoney && value !== null && Number.isSafeInteger(value)
    return { keys, n, mature, minor: value, value: isAmount ? majorUnits(value, currency) : value, currency }
  })
  if (format === 'json') {
    const found = rows.map(({ keys, value, minor, n, mature, currency }) => ({
      ...Object.fromEntries(result.keys.map((key, index) => [key, keys[index] ?? null])),
      value,
      ...(isMoney ? { value_minor: minor, currency } : {}),
      n,
      ...(mature === undefined ? {} : { mature }),
    }))
    const { metric, unit, as_of, truncated } = result
    console.log(JSON.stringify({ metric, unit, currency: result.currency, as_of, truncated, rows: found }, null, 2))
    return
  }
  const header = [
    ...result.keys,
    'value',
    ...(isMoney ? ['value_minor', 'currency'] : []),
    'n',
    ...(hasMaturity ? ['mature'] : []),
  ]
  const body = rows.map(
    ({ keys, value, minor, n, mature, currency }): Cells => [
      ...keys,
      asText(value),
      ...(isMoney ? [asText(minor), currency] : []),
      String(n),
      ...(hasMaturity ? [asText(mature ?? null)] : []),
    ],
  )
  if (format === 'csv')
    for (const line of [header, ...body])
      console.log(
        line.map((cell, index) => (index < result.keys.length ? safeCell(cell ?? '') : (cell ?? ''))).join(','),
      )
  else printTable([header, ...body])
  if (result.truncated) process.stderr.write('there are more rows; give --limit\n')
}

/** Every metric and dimension with what it means, and what it can be split by. */
export function listCatalogue({ metrics, dimensions }: Catalogue, format: OutputFormat): void {
  if (format === 'json') return console.log(JSON.stringify({ metrics, dimensions }, null, 2))
  if (format === 'csv') {
    console.log('kind,name,unit,definition')
    for (const { name, unit, description } of metrics)
      console.log(['metric', name, unit, safeCell(description.en)].join(','))
    for (const { name, description } of dimensions)
      console.log(['dimension', name, '', safeCell(description.en)].join(','))
    return
  }
  console.log('METRICS\n')
  for (const { name, unit, snapshot, description, times, time_bases, dimensions: by } of metrics) {
    console.log(
      `${name}  (${unit}${snapshot ? ', state at an instant' : ''})\n  ${description.en}\n  ${description.zh}\n  times: ${times.join(', ')}${time_bases.includes('business') ? '; in calendar or business time' : ''}\n  by: ${by.join(', ')}\n`,
    )
  }
  console.log('DIMENSIONS\n')
  for (const { name, description } of dimensions) console.log(`${name}\n  ${description.en}\n  ${description.zh}\n`)
}

export function printTable(rows: readonly Cells[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '—').length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => (cell ?? '—').padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function asText(value: string | number | null): string {
  return value === null ? '' : String(value)
}
