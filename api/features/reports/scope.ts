import type { RowScope } from '#transforms/query/request.ts'

/** Whether everything visible in `narrow` is visible in `wide` too. */
export function covers(wide: RowScope, narrow: RowScope): boolean {
  return (
    coversList(wide.channels, narrow.channels) &&
    coversList(wide.regions, narrow.regions) &&
    coversList(wide.shops, narrow.shops) &&
    coversList(wide.anomaly_types, narrow.anomaly_types)
  )
}

function coversList(wide: 'all' | string[], narrow: 'all' | string[]): boolean {
  if (wide === 'all') return true
  return narrow !== 'all' && narrow.every((value) => wide.includes(value))
}
