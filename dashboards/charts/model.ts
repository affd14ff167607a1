/** What a chart shows, ready to draw: units, gaps, order, colours and the rows behind every mark are decided here. */
import type { Filter, Grain, TimeBasis, Unit } from '#transforms/query/request.ts'

/** The question whose answer is exactly the rows behind a mark. */
export type MarkDrill = {
  metric: string
  where: Filter[]
  zone: string
  from?: string
  to?: string
  as_of?: string
  time_basis?: TimeBasis
  known_at?: string
}

export type Mark = {
  /** Null is a gap: nothing was there to measure. Zero is a zero. */
  value: number | null
  /** Rows behind the value. */
  n: number
  /** Some of these rows still change, so that the value does. */
  immature?: boolean
  drill: MarkDrill
}

/** Colour by identity; the theme decides the shade, so that one thing has one colour on every screen. */
export type Colour = { dimension: string; value: string } | 'accent' | 'others'

export type Measure = { metric: string; label: string; unit: Unit; currency: string | null }
export type Title = {
  id: string
  title: string
  /** Global filters that this tile's metric cannot apply, by label. */ ignored: string[]
}

export type KpiModel = Title &
  Measure & {
    kind: 'kpi'
    mark: Mark
    previous: Mark | null
    change: {
      /** Relative for counts and money, absolute for shares and durations. */ text: string
      delta: number
      direction: 'up' | 'down' | 'flat'
      mood: 'good' | 'bad' | 'neutral'
    } | null
    text: string
  }

export type Bucket = { from: string; to: string; label: string; long_label: string }
export type SeriesLine = {
  id: string
  label: string
  colour: Colour
  members: string[]
  total: number | null
  marks: Mark[]
}
export type SeriesModel = Title &
  Measure & {
    kind: 'series'
    draw: 'bars' | 'lines'
    grain: Grain
    buckets: Bucket[]
    lines: SeriesLine[]
    truncated: boolean
  }

export type Axis = { dimension: string; label: string; values: { value: string; label: string }[] }
export type HeatmapModel = Title &
  Measure & {
    kind: 'heatmap'
    x: Axis
    y: Axis
    /** Row by row: the cell of x[i], y[j] is cells[j * x.length + i]. */
    cells: Mark[]
    max: number
    truncated: boolean
  }

export type RankingRow = { id: string; label: string; colour: Colour; members: string[]; cells: Mark[] }
export type RankingModel = Title &
  Measure & {
    kind: 'ranking'
    dimension: string
    /** The first measure is the one ranked by. */
    columns: Measure[]
    rows: RankingRow[]
    truncated: boolean
  }

export type ChartModel = KpiModel | SeriesModel | HeatmapModel | RankingModel

/** Every mark a reader can press, in drawing order. */
export function marksOf(model: ChartModel): Mark[] {
  if (model.kind === 'kpi') return model.previous ? [model.mark, model.previous] : [model.mark]
  if (model.kind === 'series') return model.lines.flatMap((line) => line.marks)
  if (model.kind === 'heatmap') return model.cells
  return model.rows.flatMap((row) => row.cells)
}

/** The mark behind a click on the drawn option: ECharts names series and data by position. */
export function markAt(model: ChartModel, seriesIndex: number, dataIndex: number): Mark | undefined {
  // Behind the lines come their dashed tails, in the same order.
  if (model.kind === 'series') return model.lines[seriesIndex % model.lines.length]?.marks[dataIndex]
  if (model.kind === 'heatmap') return model.cells[dataIndex]
  if (model.kind === 'ranking') return model.rows[dataIndex]?.cells[0]
  return model.mark
}

/** The mark of a bucket that is drawn nearest to a value: nobody has to hit the dot of a line. */
export function nearestMark(model: SeriesModel, bucket: number, value: number): Mark | undefined {
  const distance = (mark: Mark): number => Math.abs((mark.value ?? 0) - value)
  return model.lines
    .flatMap((line) => line.marks[bucket] ?? [])
    .filter((mark) => mark.value !== null)
    .sort((a, b) => distance(a) - distance(b))[0]
}

/** The bucket from which on values still change, to the last one; null where all are final. */
export function immatureFrom(model: SeriesModel): number | null {
  const first = model.buckets.findIndex((_, i) => model.lines.some((line) => line.marks[i]?.immature === true))
  return first < 0 ? null : first
}

/** Nothing happened, or nothing could be measured, anywhere in the chart. */
export function isEmpty(model: ChartModel): boolean {
  return marksOf(model).every((mark) => mark.n === 0 && !mark.value)
}
