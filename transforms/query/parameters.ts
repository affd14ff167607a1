/** The values of a request, each under the name that statements know it by. */
import type { QueryParams } from '#warehouse/warehouse.ts'
import type { Plan } from './plan.ts'
import { zoneName } from './plan.ts'
import type { RowScope } from './request.ts'

export function scopeParameters(scope: RowScope): QueryParams {
  return {
    ...(scope.channels === 'all' ? {} : { scope_channels: scope.channels }),
    ...(scope.regions === 'all' ? {} : { scope_regions: scope.regions }),
  }
}

export function parametersOf({ request, scope }: Plan, asOf: string): QueryParams {
  return {
    ...scopeParameters(scope),
    as_of: engineInstant(asOf),
    zone: zoneName(request.zone),
    ...(request.from === undefined ? {} : { from: engineInstant(request.from) }),
    ...(request.to === undefined ? {} : { to: engineInstant(request.to) }),
    ...Object.fromEntries(request.where.map(({ values }, index) => [`f${index}`, values])),
  }
}

/** `2017-06-01 00:00:00.000`, in UTC, as parameters of DateTime64(3, 'UTC') are written. */
export function engineInstant(instant: string): string {
  return new Date(instant).toISOString().replace('T', ' ').replace('Z', '')
}

/** Only what the statement names: the engine sets every parameter it is given. */
export function usedParameters(sql: string, parameters: QueryParams): QueryParams {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`{${name}:`)))
}
