/** The values of a request, each under the name that statements know it by. */
import type { QueryParams } from '#warehouse/warehouse.ts'
import type { Plan } from './plan.ts'
import { zoneName } from './plan.ts'
import type { MetricRequest, RowScope } from './request.ts'

export function scopeParameters(scope: RowScope): QueryParams {
  return {
    ...(scope.channels === 'all' ? {} : { scope_channels: scope.channels }),
    ...(scope.regions === 'all' ? {} : { scope_regions: scope.regions }),
    ...(scope.shops === 'all' ? {} : { scope_shops: scope.shops }),
    ...(scope.anomaly_types === 'all' ? {} : { scope_anomaly_types: scope.anomaly_types }),
  }
}

export function parametersOf({ request, scope }: Plan, asOf: string): QueryParams {
  return {
    ...scopeParameters(scope),
    as_of: engineInstant(asOf),
    zone: zoneName(request.zone),
    ...(request.from === undefined ? {} : { from: engineInstant(request.from), from_day: engineDay(request.from) }),
    ...(request.to === undefined ? {} : { to: engineInstant(request.to), to_day: engineDay(request.to) }),
    state_day: engineDay(earliestState(request, asOf)),
    ...Object.fromEntries(request.where.map(({ values }, index) => [`f${index}`, values])),
  }
}

/** `2017-06-01 00:00:00.000`, in UTC, as parameters of DateTime64(3, 'UTC') are written. */
export function engineInstant(instant: string): string {
  return new Date(instant).toISOString().replace('T', ' ').replace('Z', '')
}

/** The earliest instant that a state is taken at; of a course none is taken before its window or its end. */
function earliestState({ grain, from }: MetricRequest, asOf: string): string {
  return grain !== undefined && from !== undefined && Date.parse(from) < Date.parse(asOf) ? from : asOf
}

/** The day of an instant in UTC, or the nearest day that the engine's type for days can hold. */
function engineDay(instant: string): string {
  const day = new Date(instant).toISOString()
  if (day.startsWith('-') || day < '1970-01-01') return '1970-01-01'
  return day.startsWith('+') || day > '2149-06-06' ? '2149-06-06' : day.slice(0, 10)
}

/** Only what the statement names: the engine sets every parameter it is given. */
export function usedParameters(sql: string, parameters: QueryParams): QueryParams {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`{${name}:`)))
}
