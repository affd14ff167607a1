import type { MetricResult } from '#transforms/query/request.ts'
import type { SeriesTile } from '../board.ts'
import { bucketInstant, bucketsOf, grainOf } from './buckets.ts'
import { DashboardError } from '../errors.ts'
import type { ChartContext } from './context.ts'
import { bucketLabels } from './format.ts'
import { isAdditive, keyOf, measured, sum, titleOf, type Measured, type ResultRow } from './measure.ts'
import type { Bucket, Mark, SeriesLine, SeriesModel } from './model.ts'
import { rankMembers, type Member } from './members.ts'

/** A column of the chart: its bucket and what was measured in it, by member. */
type Slot = {
  bucket: Bucket
  measured: Measured
  /** Snapshots are moments: they have no window. */ moment: boolean
  rows: Map<string, ResultRow>
  future: boolean
}

export function prepareSeries(tile: SeriesTile, results: readonly MetricResult[], context: ChartContext): SeriesModel {
  const first = results[0]
  if (!first) throw new DashboardError('NO_RESULT', `tile '${tile.id}' was given no result`)
  const { card, measure } = measured(tile, first, context)
  const grain = grainOf(tile, context)
  const slots = card.snapshot ? momentSlots(tile, results, context) : bucketSlots(tile, first, context)
  const members = tile.by
    ? rankMembers(
        tile.by,
        slots.flatMap((slot) => [...slot.rows]),
        { top: tile.top, others: isAdditive(first), context },
      )
    : [whole(card.name, measure.label)]
  return {
    kind: 'series',
    ...titleOf(tile, card, context),
    ...measure,
    draw: isAdditive(first) && tile.stacked && !card.snapshot ? 'bars' : 'lines',
    grain,
    buckets: slots.map((slot) => slot.bucket),
    lines: members.map((member) => lineOf(member, tile, slots)),
    truncated: results.some((result) => result.truncated),
  }
}

const whole = (id: string, label: string): Member => ({ id, label, colour: 'accent', values: [''], besides: null })

function bucketSlots(tile: SeriesTile, result: MetricResult, context: ChartContext): Slot[] {
  const byBucket = new Map<number, Map<string, ResultRow>>()
  for (const row of result.rows) {
    const start = bucketInstant(keyOf(row, 0), context.zone)
    const rows = byBucket.get(start) ?? new Map<string, ResultRow>()
    byBucket.set(start, rows.set(tile.by ? keyOf(row, 1) : '', row))
  }
  const seen = measured(tile, result, context)
  return bucketsOf(context, grainOf(tile, context)).map((bucket) => ({
    bucket,
    measured: seen,
    moment: false,
    rows: byBucket.get(Date.parse(bucket.from)) ?? new Map<string, ResultRow>(),
    future: Date.parse(bucket.from) > Date.parse(result.as_of),
  }))
}

/** One result per moment; the label is the bucket that ends there. */
function momentSlots(tile: SeriesTile, results: readonly MetricResult[], context: ChartContext): Slot[] {
  const grain = grainOf(tile, context)
  return results.map((result) => ({
    bucket: {
      from: result.as_of,
      to: result.as_of,
      ...bucketLabels(Date.parse(result.as_of) - 1, grain, context.zone, context.language),
    },
    measured: measured(tile, result, context),
    moment: true,
    rows: new Map(result.rows.map((row) => [tile.by ? keyOf(row, 0) : '', row])),
    future: false,
  }))
}

function lineOf(member: Member, tile: SeriesTile, slots: readonly Slot[]): SeriesLine {
  const marks = slots.map((slot) => markOf(member, tile, slot))
  const known = marks.filter((mark) => mark.value !== null)
  return {
    id: member.id,
    label: member.label,
    colour: member.colour,
    members: member.values,
    total:
      known.length > 0 && slots.every((slot) => isAdditive(slot.measured.result) && !slot.moment)
        ? (sum(known).value ?? null)
        : null,
    marks,
  }
}

function markOf(member: Member, tile: SeriesTile, slot: Slot): Mark {
  const place = {
    ...(slot.moment ? {} : { bucket: slot.bucket }),
    ...(member.besides && tile.by
      ? { others: { dimension: tile.by, besides: member.besides } }
      : tile.by
        ? { at: { [tile.by]: member.values[0] ?? '' } }
        : {}),
  }
  const rows = member.values.flatMap((value) => slot.rows.get(value) ?? [])
  const mark = slot.measured.mark(member.besides && rows.length > 0 ? sum(rows) : rows[0], place)
  return slot.future ? { ...mark, value: null } : mark
}
