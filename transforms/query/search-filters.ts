/** What a search may be narrowed to, beside its text. */
import { z } from 'zod'
import { compileRows } from './compile-rows.ts'
import { INSTANT } from './fragments.ts'
import { param } from './knex.ts'
import { ANOMALY_SCOPE } from './orders.ts'
import { engineInstant } from './parameters.ts'
import type { QueryParams } from '#warehouse/warehouse.ts'
import type { RowScope } from './request.ts'

const values = z.array(z.string().max(256)).max(50)
const instant = z.iso.datetime({ offset: true })
const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** An empty list narrows nothing. Amounts are minor units of the order's own currency, both ends included; times are [from, to). */
export const searchFiltersSchema = z.strictObject({
  channel: values.default([]),
  region: values.default([]),
  order_status: values.default([]),
  currency: values.default([]),
  created_from: instant.optional(),
  created_to: instant.optional(),
  amount_from: amount.optional(),
  amount_to: amount.optional(),
  /** Only orders with an anomaly that is open: of any type, or of one of these. */
  anomaly: z.enum(['open']).optional(),
  anomaly_type: values.default([]),
})
export type SearchFilters = z.output<typeof searchFiltersSchema>

export const noFilters: SearchFilters = searchFiltersSchema.parse({})

export const isNarrowed = (filters: SearchFilters): boolean =>
  Object.values(filters).some((value) => value !== undefined && (!Array.isArray(value) || value.length > 0))

const LISTS = ['channel', 'region', 'order_status', 'currency'] as const
const TEXTS = 'Array(String)'

/** Conditions on a relation of orders, which were placed at `placed`; `among`: the orders it is asked about, where they are few. */
export function filterConditions(filters: SearchFilters, placed: string, scope: RowScope, among?: string): string[] {
  return [
    ...LISTS.filter((name) => filters[name].length > 0).map((name) => `${name} in ${param(`in_${name}`, TEXTS)}`),
    ...(filters.created_from === undefined ? [] : [`${placed} >= ${param('created_from', INSTANT)}`]),
    ...(filters.created_to === undefined ? [] : [`${placed} < ${param('created_to', INSTANT)}`]),
    ...(filters.amount_from === undefined ? [] : [`amount_payable >= ${param('amount_from', 'Int64')}`]),
    ...(filters.amount_to === undefined ? [] : [`amount_payable <= ${param('amount_to', 'Int64')}`]),
    ...anomalyConditions(filters, scope, among),
  ]
}

/** The rows by day have what is open together, so that those that ended long ago are not read. */
function anomalyConditions(
  { anomaly, anomaly_type: types }: SearchFilters,
  scope: RowScope,
  among: string | undefined,
): string[] {
  if (anomaly === undefined && types.length === 0) return []
  const open = compileRows(
    {
      relation: 'anomalies_by_day',
      scope: ANOMALY_SCOPE,
      columns: ['order_id'],
      conditions: [
        "axis = 'open' and opened_at is not null",
        ...(among === undefined ? [] : [`order_id in ${among}`]),
        ...(types.length === 0 ? [] : [`anomaly_type in ${param('in_anomaly_type', TEXTS)}`]),
      ],
    },
    scope,
  )
  return [`order_id in (${open})`]
}

export function filterParameters(filters: SearchFilters): QueryParams {
  const { created_from: from, created_to: to } = filters
  return {
    ...Object.fromEntries(LISTS.map((name) => [`in_${name}`, filters[name]])),
    in_anomaly_type: filters.anomaly_type,
    ...(from !== undefined && { created_from: engineInstant(from) }),
    ...(to !== undefined && { created_to: engineInstant(to) }),
    ...(filters.amount_from !== undefined && { amount_from: filters.amount_from }),
    ...(filters.amount_to !== undefined && { amount_to: filters.amount_to }),
  }
}
