/** What a notice says to somebody with a scope: the same for all with the same scope, and worked out once for them. */
import type { LiveEvent } from '../../contract/live.ts'
import type { Door } from '#transforms/query/door.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { shared } from '#warehouse/reading.ts'
import type { TickNotice } from './live.ts'

export type Told = LiveEvent & { readonly id: string }
export type Telling = (notice: TickNotice, scope: RowScope) => Promise<readonly Told[]>

/** In the order in which they are told; the number is the second half of an event's id. */
const ORDER = ['orders', 'queue', 'boards', 'clock', 'reset'] as const satisfies readonly LiveEvent['event'][]

export function createTelling(door: Pick<Door, 'changesOf'>): Telling {
  const known = new WeakMap<TickNotice, Map<string, Promise<readonly Told[]>>>()
  return (notice, scope) => {
    const byScope = known.get(notice) ?? new Map<string, Promise<readonly Told[]>>()
    known.set(notice, byScope)
    const key = keyOf(scope)
    const told = byScope.get(key) ?? shared(() => tell(door, notice, scope))
    byScope.set(key, told)
    // Who could not be told today may ask again.
    told.catch(() => byScope.delete(key))
    return told
  }
}

async function tell(door: Pick<Door, 'changesOf'>, notice: TickNotice, scope: RowScope): Promise<readonly Told[]> {
  const { data_as_of } = notice
  const { orders, anomalies } = await door.changesOf(notice, scope)
  const hasOrders = orders.order_ids.length > 0
  const hasAnomalies = anomalies.order_ids.length > 0
  const events: Exclude<LiveEvent, { event: 'hello' }>[] = [
    ...(hasOrders ? [{ event: 'orders' as const, data: orders }] : []),
    ...(hasAnomalies ? [{ event: 'queue' as const, data: anomalies }] : []),
    ...(hasOrders || hasAnomalies ? [{ event: 'boards' as const, data: { data_as_of } }] : []),
    { event: 'clock', data: { data_as_of } },
  ]
  return events.map((event) => ({ ...event, id: idOf(notice, event.event) }))
}

/** Two people with the same lists have the same scope, whatever the order of the names in them. */
function keyOf(scope: RowScope): string {
  const parts = Object.entries(scope).map(([name, values]: [string, string | readonly string[]]) => [
    name,
    typeof values === 'string' ? values : values.toSorted(),
  ])
  return JSON.stringify(parts.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}

export const idOf = ({ tick }: Pick<TickNotice, 'tick'>, event: (typeof ORDER)[number]): string =>
  `${tick}.${ORDER.indexOf(event)}`

/** The tick and the place in it that an id names; null for what none of ours looks like. */
export function placeOf(id: string): { tick: string; isAfter(told: Told): boolean } | null {
  const [, tick, last] = /^(\d{1,20})\.(\d)$/.exec(id) ?? []
  if (tick === undefined || last === undefined) return null
  return {
    tick,
    isAfter: (told) => {
      const [ofTick, place] = told.id.split('.')
      return ofTick !== tick || Number(place) > Number(last)
    },
  }
}
