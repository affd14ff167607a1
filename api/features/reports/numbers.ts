/** What reports ask of the query door. The recipient's scope is an argument of every question, never a default. */
import type {
  Catalogue,
  DrillRequest,
  DrillResult,
  MetricRequest,
  MetricResult,
  RowScope,
} from '#transforms/query/request.ts'

export type Numbers = {
  catalogue(): Catalogue
  measure(request: MetricRequest, scope: RowScope): Promise<MetricResult>
  drill(request: DrillRequest, scope: RowScope): Promise<DrillResult>
}
