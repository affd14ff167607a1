/** What of an order it is that was found, as the order writes it. */
import type { OrderRow } from './orders.ts'
import { lineOf, nearPattern, numberOf, oneEditFrom } from './search-text.ts'
import type { Precision, Way } from './search-ways.ts'

/** Parts of an order that are read only where one of them was found, by what they are found as. */
export const PARTS = {
  payment: 'payments.payment_id',
  refund: 'refunds.refund_id',
  tracking: 'parcels.tracking_no',
  shipment: 'parcels.shipment_id',
  product: 'lines.name',
} as const
export type Part = keyof typeof PARTS
const NUMBERS: readonly Part[] = ['tracking', 'payment', 'refund', 'shipment']
const isPart = (kind: string): kind is Part => Object.hasOwn(PARTS, kind)

export type FoundOrder = Pick<OrderRow, 'order_id' | 'order_no' | 'buyer_id' | 'buyer_name'> &
  Partial<Record<Part, readonly string[]>>

/** What must be read to tell what of an order it is that a way found. `kinds`: as what it found them; null where that is not known. */
export function partsFor(way: Way, kinds: Iterable<string> | null): Part[] {
  if (kinds !== null) return [...new Set(kinds)].filter(isPart)
  return way.by === 'product' ? ['product'] : way.by === 'number' ? [...NUMBERS] : []
}

export type Match = { readonly kind: string; readonly matched: string }

/** `kind`: as what it was found, where it was looked for by key. */
export function matchOf(order: FoundOrder, way: Way, text: string, kind: string | undefined): Match {
  if (way.by === 'buyer_name') return { kind: 'buyer_name', matched: order.buyer_name === '' ? text : order.buyer_name }
  if (way.by === 'product') return { kind: 'product', matched: productOf(order, way.precision, text) }
  const isIt = comparison(way.precision, numberOf(text))
  const found = numbersOf(order).find(
    ([each, value]) => (kind === undefined || kind === each) && (value === text || isIt(numberOf(value))),
  )
  // Orders do not tell a telephone; and what once was a number of theirs need be none any more.
  return found === undefined ? { kind: kind ?? 'phone_tail', matched: text } : { kind: found[0], matched: found[1] }
}

function numbersOf(order: FoundOrder): (readonly [string, string])[] {
  return [
    ['order_id', order.order_id],
    ['order_no', order.order_no],
    ['buyer', order.buyer_id],
    ...NUMBERS.flatMap((part) => (order[part] ?? []).map((value) => [part, value] as const)),
  ]
}

function comparison(precision: Precision, number: string): (value: string) => boolean {
  if (precision === 'exact') return (value) => value === number
  if (precision === 'part') return (value) => value.startsWith(number)
  const near = new Set(oneEditFrom(number))
  return (value) => near.has(value)
}

function productOf({ product: names = [] }: FoundOrder, precision: Precision, text: string): string {
  const words = lineOf(text).split(' ')
  const patterns = precision === 'approximate' ? words.map((word) => new RegExp(nearPattern(word), 'u')) : []
  const isIt = (name: string): boolean =>
    words.every((word, at) => name.includes(word) || patterns[at]?.test(name) === true)
  return names.find((name) => isIt(lineOf(name))) ?? text
}
