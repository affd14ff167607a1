/** Row scopes compared: whether one covers another, and what is left of two together. */
import type { RowScope } from '#transforms/query/request.ts'

type Seen = RowScope['channels']

/** Whether everything visible in `narrow` is visible in `wide` too. */
export function covers(wide: RowScope, narrow: RowScope): boolean {
  return (
    coversList(wide.channels, narrow.channels) &&
    coversList(wide.regions, narrow.regions) &&
    coversList(wide.shops, narrow.shops) &&
    coversList(wide.anomaly_types, narrow.anomaly_types)
  )
}

/** What both see. Nothing in common is an empty list, which sees nothing. */
export const common = (one: RowScope, other: RowScope): RowScope => ({
  channels: inBoth(one.channels, other.channels),
  regions: inBoth(one.regions, other.regions),
  shops: inBoth(one.shops, other.shops),
  anomaly_types: inBoth(one.anomaly_types, other.anomaly_types),
})

function coversList(wide: Seen, narrow: Seen): boolean {
  if (wide === 'all') return true
  return narrow !== 'all' && narrow.every((value) => wide.includes(value))
}

function inBoth(one: Seen, other: Seen): Seen {
  if (one === 'all') return other
  return other === 'all' ? one : one.filter((value) => other.includes(value))
}
