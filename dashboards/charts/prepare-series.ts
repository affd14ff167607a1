import type { MetricResult } from '#transforms/query/request.ts'
import type { SeriesTile } from '../board.ts'
import { bucketInstant, bucketsOf, grainOf } from './buckets.ts'
import { DashboardError } from '../errors.ts'
import type { ChartContext } from './context.ts'
import type { MarkPlace } from './drill-of-mark.ts'
import { isAdditive, keyOf, measured, sum, titleOf, type Measured, type ResultRow } from './measure.ts'
import type { Bucket, Mark, SeriesLine, SeriesModel } from './model.ts'
import { rankMembers, type Member } from './members.ts'

/** A column of the chart: its bucket and what was measured in it, by member. */
type Slot = { bucket: Bucket; rows: Map<string, ResultRow>; /** Nothing is known of it yet. */ future: boolean }

export function prepareSeries(tile: SeriesTile, results: readonly MetricResult[], context: ChartContext): SeriesModel {
  const result = results[0]
  if (!result) throw new DashboardError('NO_RESULT', `tile '${tile.id}' was given no result`)
  const seen = measured(tile, result, context)
  const slots = slotsOf(tile, result, context)
  const rows = slots.flatMap((slot) => [...slot.rows])
  const others = isAdditive(result)
  const members = tile.by ? rankMembers(tile.by, rows, { top: tile.top, others, context }) : [whole(seen)]
  return {
    kind: 'series',
    ...titleOf(tile, seen.card, context),
    ...seen.measure,
    draw: isSummed(seen) && tile.stacked ? 'bars' : 'lines',
    grain: grainOf(tile, context),
    buckets: slots.map((slot) => slot.bucket),
    lines: members.map((member) => lineOf(member, tile, slots, seen)),
    truncated: result.truncated,
  }
}

/** The buckets of a flow add up to its window; those of a state do not. */
function isSummed({ card, result }: Measured): boolean {
  return isAdditive(result) && !card.snapshot
}

function whole({ card, measure }: Measured): Member {
  return { id: card.name, label: measure.label, colour: 'accent', values: [''], besides: null }
}

function slotsOf(tile: SeriesTile, result: MetricResult, context: ChartContext): Slot[] {
  const byBucket = new Map<number, Map<string, ResultRow>>()
  for (const row of result.rows) {
    const start = bucketInstant(keyOf(row, 0), context.zone)
    const rows = byBucket.get(start) ?? new Map<string, ResultRow>()
    byBucket.set(start, rows.set(tile.by ? keyOf(row, 1) : '', row))
  }
  return bucketsOf(context, grainOf(tile, context)).map((bucket) => ({
    bucket,
    rows: byBucket.get(Date.parse(bucket.from)) ?? new Map<string, ResultRow>(),
    future: Date.parse(bucket.from) >= Date.parse(result.as_of),
  }))
}

function lineOf(member: Member, tile: SeriesTile, slots: readonly Slot[], seen: Measured): SeriesLine {
  const marks = slots.map((slot) => markOf(member, tile, slot, seen))
  const known = marks.filter((mark) => mark.value !== null)
  const total = known.length > 0 && isSummed(seen) ? sum(known).value : null
  return { id: member.id, label: member.label, colour: member.colour, members: member.values, total, marks }
}

function markOf(member: Member, tile: SeriesTile, slot: Slot, seen: Measured): Mark {
  const rows = member.values.flatMap((value) => slot.rows.get(value) ?? [])
  const mark = seen.mark(member.besides && rows.length > 0 ? sum(rows) : rows[0], {
    bucket: slot.bucket,
    ...placeOf(member, tile),
  })
  return slot.future ? { ...mark, value: null } : mark
}

function placeOf(member: Member, tile: SeriesTile): Pick<MarkPlace, 'at' | 'others'> {
  if (!tile.by) return {}
  if (member.besides) return { others: { dimension: tile.by, besides: member.besides } }
  return { at: { [tile.by]: member.values[0] ?? '' } }
}
