/** Questions to the door in the short form that comparisons need, always within one channel. */
import { majorUnits } from '../tables/money.ts'
import type { Door } from '../query/door.ts'
import type { Filter, MetricRequestInput } from '../query/request.ts'
import { unrestricted } from '../query/request.ts'

/** `{ source_status: 'delivered', 'milestone!': ['delivered'] }`: a name with `!` means none of the values. */
export type Where = Readonly<Record<string, string | readonly string[]>>

export type Asking = {
  value(metric: string, where?: Where, more?: Partial<MetricRequestInput>): Promise<number>
  /** By values of a dimension; values that count nothing are left out. */
  by(metric: string, dimension: string, where?: Where): Promise<Record<string, number>>
  money(metric: string, where?: Where): Promise<number>
  hours(metric: string): Promise<number>
  /** All orders behind a metric. */
  orderIds(metric: string, where: Where): Promise<string[]>
}

const PAGE = 1_000
const tallies = new WeakSet<object>()

/** Whether a group was counted value by value, so that a value nobody expected is a difference. */
export const isTally = (group: object): boolean => tallies.has(group)

export function createAsking(door: Pick<Door, 'measure' | 'drill'>, within: Where): Asking {
  const measure = (metric: string, where: Where, more: Partial<MetricRequestInput>) =>
    door.measure({ metric, where: filtersOf({ ...within, ...where }), ...more }, unrestricted)
  const value: Asking['value'] = async (metric, where = {}, more = {}) =>
    (await measure(metric, where, more)).rows[0]?.value ?? 0
  return {
    value,
    async by(metric, dimension, where = {}) {
      const { rows } = await measure(metric, where, { by: [dimension] })
      const tally = Object.fromEntries(rows.map(({ keys: [key], value: found }) => [key ?? '', found ?? 0]))
      tallies.add(tally)
      return tally
    },
    async money(metric, where = {}) {
      const result = await measure(metric, where, {})
      return Number(majorUnits(result.rows[0]?.value ?? 0, result.currency ?? ''))
    },
    hours: async (metric) => Number(((await value(metric)) / 3600).toFixed(4)),
    async orderIds(metric, where) {
      const ids: string[] = []
      for (let offset = 0; ; offset += PAGE) {
        const request = { metric, where: filtersOf({ ...within, ...where }), sort: 'order_id', limit: PAGE, offset }
        const { rows } = await door.drill(request, unrestricted)
        ids.push(...rows.map((row) => String(row['order_id'])))
        if (rows.length < PAGE) return ids
      }
    },
  }
}

export function filtersOf(where: Where): Filter[] {
  return Object.entries(where).map(([name, values]) => ({
    dimension: name.replace(/!$/, ''),
    op: name.endsWith('!') ? 'not_in' : 'in',
    values: typeof values === 'string' ? [values] : [...values],
  }))
}
