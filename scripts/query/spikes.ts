/** `--spikes`: which slices of a count were unusual in an hour, as JSON, CSV or a table. */
import { safeCell } from '#transforms/tables/csv.ts'
import type { SliceScore } from '#transforms/query/spikes.ts'
import { type OutputFormat, printTable } from './output.ts'

export function printSpikes(by: readonly string[], slices: readonly SliceScore[], format: OutputFormat): void {
  if (format === 'json') return console.log(JSON.stringify(slices, null, 2))
  const header = [...by, 'observed', 'expected', 'score', 'spike']
  const rows = slices.map(({ keys, observed, expected, score, is_spike }) => [
    ...keys,
    String(observed),
    String(expected),
    score.toFixed(2),
    is_spike ? 'yes' : '',
  ])
  if (format === 'table') return printTable([header, ...rows])
  for (const row of [header, ...rows])
    console.log(row.map((cell, index) => (index < by.length ? safeCell(cell ?? '') : (cell ?? ''))).join(','))
}
