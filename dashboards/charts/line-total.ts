/** The mark of a whole line: its total over the window, which is not drawn but stands in the legend. */
import type { Mark, SeriesLine } from './model.ts'

/** Null for what does not add up: shares, durations, and snapshots of the same rows at several moments. */
export function totalOfLine(line: SeriesLine): Mark | null {
  const first = line.marks[0]
  const last = line.marks.at(-1)
  if (line.total === null || first?.drill.from === undefined || last?.drill.to === undefined) return null
  const n = line.marks.reduce((sum, mark) => sum + mark.n, 0)
  return { value: line.total, n, drill: { ...first.drill, from: first.drill.from, to: last.drill.to } }
}
