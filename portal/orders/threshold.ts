/** A rule's numbers as they were when an anomaly was judged, without the rule's own names and what says nothing. */
import { ANY, WALL_CLOCK } from '#api/contract/rule-any.ts'

export type ThresholdPart =
  | { readonly name: string; readonly as: 'text'; readonly value: string }
  | { readonly name: string; readonly as: 'span' | 'money' | 'share' | 'count'; readonly value: number }

const NUMBERS = {
  allowance_s: 'span',
  at_risk_share: 'share',
  limit_count: 'count',
  window_s: 'span',
  refusals: 'count',
  attempts: 'count',
  usual: 'share',
  at_most: 'share',
  tolerance_minor: 'money',
  payable: 'money',
  paid: 'money',
} as const
/** Nothing is said by these where they are zero; an amount of zero says something. */
const QUIET = new Set(['span', 'share', 'count'])

/** Empty for a text that is no snapshot. */
export function thresholdParts(snapshot: string): ThresholdPart[] {
  const told = read(snapshot)
  const numbers = Object.entries(NUMBERS).flatMap(([name, as]): ThresholdPart[] => {
    const value = Number(told[name] ?? NaN)
    return Number.isNaN(value) || (value === 0 && QUIET.has(as)) ? [] : [{ name, as, value }]
  })
  const texts = ['gateway', 'calendar', 'holds_for', 'source'].flatMap((name): ThresholdPart[] => {
    const value = told[name] ?? ''
    return ['', ANY, WALL_CLOCK].includes(value) ? [] : [{ name, as: 'text', value }]
  })
  return [...numbers, ...texts]
}

/** Orders that have something in common with this one, where that is what is wrong. */
export const otherOrders = (snapshot: string): string[] =>
  (read(snapshot)['other_orders'] ?? '').split(', ').filter((id) => id !== '')

function read(snapshot: string): Record<string, string> {
  try {
    const found: unknown = JSON.parse(snapshot)
    if (typeof found !== 'object' || found === null) return {}
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]))
  } catch {
    return {}
  }
}
