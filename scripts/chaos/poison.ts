/** Two hundred messages that nobody should send, and what is to be said of each; a run mixes one into every hundred good ones. */
import { gzipSync } from 'node:zlib'
import { type Payload, eventOf, payloadOf } from './payload.ts'

export type Poison = {
  readonly name: string
  /** The reason of its dead letter; one of them, where engines may differ about what is wrong first. */
  readonly reason: string | readonly string[]
  make(run: string, n: number): Buffer | null
}

type Event = Record<string, unknown> & { data: Record<string, unknown> }

const MILLION = 1_000_000
const text =
  (value: string): (() => Buffer) =>
  () =>
    Buffer.from(value)
const event = (run: string, n: number): Event => eventOf(run, n) as Event
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
/** The event with other attributes, or with other data. */
const withAttributes = (change: Record<string, unknown>) => (run: string, n: number) =>
  json({ ...event(run, n), ...change })
const withData = (change: Record<string, unknown>) => (run: string, n: number) => {
  const good = event(run, n)
  return json({ ...good, data: { ...good.data, ...change } })
}
const without = (attribute: string) => (run: string, n: number) => {
  const { [attribute]: _, ...rest } = event(run, n)
  return json(rest)
}
/** The event's text with a piece replaced: for what no JSON writer writes. */
const withText = (from: string | RegExp, to: string) => (run: string, n: number) =>
  Buffer.from(JSON.stringify(event(run, n)).replace(from, to))
const withBytes = (mark: string, bytes: readonly number[]) => (run: string, n: number) => {
  const value = json({ ...event(run, n), data: { ...event(run, n).data, buyer_name: mark } })
  const at = value.indexOf(mark)
  return Buffer.concat([value.subarray(0, at), Buffer.from(bytes), value.subarray(at + Buffer.byteLength(mark))])
}

const SQL = "');\n\n\ndrop table raw_events;\n\n-- \n\nselect 1 format Null\n\n"

/** Heavy ones: each comes only as often as said in `HEAVY_TIMES`. */
const HEAVY: readonly Poison[] = [
  {
    name: 'arrays a million deep',
    reason: ['invalid_json', 'not_object', 'unreadable'],
    make: text('['.repeat(MILLION) + ']'.repeat(MILLION)),
  },
  { name: 'a million brackets that open', reason: 'invalid_json', make: text('['.repeat(MILLION)) },
  {
    name: 'objects a million deep',
    reason: ['invalid_json', 'missing_attribute', 'unreadable'],
    make: text(`${'{"a":'.repeat(MILLION)}1${'}'.repeat(MILLION)}`),
  },
  {
    name: 'data a million deep',
    reason: ['invalid_json', 'wrong_type', 'unreadable'],
    make: withText('"currency":"CNY"', `"currency":${'['.repeat(MILLION)}${']'.repeat(MILLION)}`),
  },
  { name: 'ten megabytes of x', reason: 'invalid_json', make: () => Buffer.alloc(10_000_000, 'x') },
  { name: 'ten megabytes of zero bytes', reason: ['invalid_json', 'empty'], make: () => Buffer.alloc(10_000_000) },
  { name: 'a name of ten megabytes', reason: 'out_of_range', make: withData({ buyer_name: 'n'.repeat(10_000_000) }) },
  {
    name: 'a name of five megabytes of Chinese',
    reason: 'out_of_range',
    make: withData({ buyer_name: '订'.repeat(1_700_000) }),
  },
  { name: 'an id of five megabytes', reason: 'out_of_range', make: withAttributes({ id: 'i'.repeat(5_000_000) }) },
  {
    name: 'a type of five megabytes',
    reason: 'unknown_event_type',
    make: withAttributes({ type: 't'.repeat(5_000_000) }),
  },
  { name: 'a time of five megabytes', reason: 'wrong_type', make: withAttributes({ time: '2'.repeat(5_000_000) }) },
  { name: 'an array of a million zeros', reason: 'not_object', make: text(`[${'0,'.repeat(MILLION - 1)}0]`) },
  {
    name: 'a million lines that are none',
    reason: ['out_of_range', 'missing_attribute', 'wrong_type'],
    make: withData({ lines: Array<number>(MILLION).fill(0) }),
  },
  {
    name: 'data of a million zeros',
    reason: 'wrong_type',
    make: withAttributes({ data: Array<number>(MILLION).fill(0) }),
  },
]
const HEAVY_TIMES = 2

const LIGHT: readonly Poison[] = [
  { name: 'a tombstone', reason: 'empty', make: () => null },
  { name: 'no bytes', reason: 'empty', make: text('') },
  { name: 'blanks only', reason: 'empty', make: text('   ') },
  { name: 'line ends only', reason: ['empty', 'invalid_json'], make: text('\r\n\r\n\n') },
  { name: 'plain words', reason: 'invalid_json', make: text('order 4711 was paid') },
  { name: 'a page of HTML', reason: 'invalid_json', make: text('<!doctype html><h1>502 Bad Gateway</h1>') },
  { name: 'XML', reason: 'invalid_json', make: text('<?xml version="1.0"?><order id="1"/>') },
  { name: 'a line of CSV', reason: 'invalid_json', make: text('id,amount\n1,2\n') },
  { name: 'SQL with blank lines', reason: 'invalid_json', make: text(SQL) },
  { name: 'JSON cut off', reason: 'invalid_json', make: (run, n) => json(event(run, n)).subarray(0, 90) },
  { name: 'a comma too many', reason: 'invalid_json', make: withText(/\}$/, ',}') },
  { name: 'single quotes', reason: 'invalid_json', make: withText(/"/g, "'") },
  { name: 'names without quotes', reason: 'invalid_json', make: withText('"id":', 'id:') },
  { name: 'a comment', reason: 'invalid_json', make: withText('{', '{/* ours */') },
  { name: 'NaN', reason: 'invalid_json', make: withText(/"amount_payable":\d+/, '"amount_payable":NaN') },
  {
    name: 'two events in one',
    reason: 'invalid_json',
    make: (run, n) => Buffer.concat([json(event(run, n)), json(event(run, n + 1))]),
  },
  {
    name: 'lines of events',
    reason: 'invalid_json',
    make: (run, n) => Buffer.from(`${JSON.stringify(event(run, n))}\n${JSON.stringify(event(run, n + 1))}\n`),
  },
  { name: 'UTF-16', reason: 'invalid_json', make: (run, n) => Buffer.from(JSON.stringify(event(run, n)), 'utf16le') },
  { name: 'bytes that are no UTF-8', reason: 'invalid_json', make: withBytes('@@', [0xff, 0xfe]) },
  { name: 'half a character', reason: 'invalid_json', make: withBytes('@@', [0xe8, 0xae]) },
  {
    name: 'half a character at the end',
    reason: 'invalid_json',
    make: (run, n) => Buffer.concat([json(event(run, n)), Buffer.from([0xe8, 0xae])]),
  },
  { name: 'a surrogate in UTF-8', reason: 'invalid_json', make: withBytes('@@', [0xed, 0xa0, 0x80]) },
  { name: 'an overlong slash', reason: 'invalid_json', make: withBytes('@@', [0xc0, 0xaf]) },
  { name: 'a zero byte in a text', reason: 'invalid_json', make: withBytes('@@', [0x00]) },
  {
    name: 'a lone surrogate',
    reason: 'invalid_json',
    make: withText('"buyer_name":"订单异常"', '"buyer_name":"\\ud800"'),
  },
  { name: 'gzip', reason: 'invalid_json', make: (run, n) => gzipSync(json(event(run, n))) },
  {
    name: 'the frame of a schema registry',
    reason: 'invalid_json',
    make: (run, n) => Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), json(event(run, n))]),
  },
  { name: 'null', reason: 'not_object', make: text('null') },
  { name: 'true', reason: 'not_object', make: text('true') },
  { name: 'a number', reason: 'not_object', make: text('42') },
  { name: '1e999', reason: ['not_object', 'invalid_json'], make: text('1e999') },
  { name: 'a text', reason: 'not_object', make: text('"order"') },
  { name: 'an event as text', reason: 'not_object', make: (run, n) => json(JSON.stringify(event(run, n))) },
  { name: 'an empty array', reason: 'not_object', make: text('[]') },
  { name: 'an array of events', reason: 'not_object', make: (run, n) => json([event(run, n), event(run, n + 1)]) },
  { name: 'an empty object', reason: 'missing_attribute', make: text('{}') },
  { name: 'only __proto__', reason: 'missing_attribute', make: text('{"__proto__":{"specversion":"1.0"}}') },
  { name: 'no id', reason: 'missing_attribute', make: without('id') },
  { name: 'no source', reason: 'missing_attribute', make: without('source') },
  { name: 'no type', reason: 'missing_attribute', make: without('type') },
  { name: 'no time', reason: 'missing_attribute', make: without('time') },
  { name: 'no subject', reason: 'missing_attribute', make: without('subject') },
  { name: 'no data', reason: 'missing_attribute', make: without('data') },
  { name: 'no version of the specification', reason: 'missing_attribute', make: without('specversion') },
  {
    name: 'data without what the type needs',
    reason: 'missing_attribute',
    make: withAttributes({ type: 'payment.captured', data: {} }),
  },
  { name: 'an older specification', reason: 'wrong_type', make: withAttributes({ specversion: '0.3' }) },
  { name: 'a number for id', reason: 'wrong_type', make: withAttributes({ id: 5 }) },
  { name: 'an object for type', reason: 'wrong_type', make: withAttributes({ type: { name: 'order.created' } }) },
  { name: 'a number for time', reason: 'wrong_type', make: withAttributes({ time: 1_700_000_000 }) },
  { name: 'text for data', reason: 'wrong_type', make: withAttributes({ data: 'amount=5' }) },
  { name: 'an array for data', reason: 'wrong_type', make: withAttributes({ data: [] }) },
  { name: 'an empty id', reason: 'out_of_range', make: withAttributes({ id: '' }) },
  { name: 'a subject without order', reason: 'missing_attribute', make: withAttributes({ subject: 'order/' }) },
  { name: 'an amount as text', reason: 'wrong_type', make: withData({ amount_payable: '100' }) },
  { name: 'an amount with a fraction', reason: 'wrong_type', make: withData({ amount_payable: 1.5 }) },
  { name: 'an amount that is true', reason: 'wrong_type', make: withData({ amount_payable: true }) },
  {
    name: 'an amount of 1e999',
    reason: ['wrong_type', 'invalid_json'],
    make: withText(/"amount_payable":\d+/, '"amount_payable":1e999'),
  },
  {
    name: 'an amount of thirty digits',
    reason: ['wrong_type', 'invalid_json'],
    make: withText(/"amount_payable":\d+/, `"amount_payable":${'9'.repeat(30)}`),
  },
  {
    name: 'an amount beyond 64 bits',
    reason: ['wrong_type', 'invalid_json'],
    make: withText(/"amount_payable":\d+/, '"amount_payable":18446744073709551616'),
  },
  { name: 'a currency that is none', reason: ['wrong_type', 'out_of_range'], make: withData({ currency: 'yuan' }) },
  { name: 'lines that are an object', reason: 'wrong_type', make: withData({ lines: {} }) },
  {
    name: 'lines of wrong types',
    reason: 'wrong_type',
    make: withData({ lines: [{ line_id: 1, sku: 2, name: [], quantity: 'two', unit_price: 'x', amount: [] }] }),
  },
  { name: 'SQL for a type', reason: 'unknown_event_type', make: withAttributes({ type: SQL }) },
  { name: 'an unknown type', reason: 'unknown_event_type', make: withAttributes({ type: 'order.evaporated' }) },
  { name: '__proto__ for a type', reason: 'unknown_event_type', make: withAttributes({ type: '__proto__' }) },
  {
    name: 'an unknown major version',
    reason: 'unsupported_version',
    make: withAttributes({ type: 'order.created.v2' }),
  },
  { name: 'a far major version', reason: 'unsupported_version', make: withAttributes({ type: 'order.created.v9999' }) },
  { name: 'the year 9999', reason: 'out_of_range', make: withAttributes({ time: '9999-12-31T23:59:59Z' }) },
  { name: 'the year 1970', reason: 'out_of_range', make: withAttributes({ time: '1970-01-01T00:00:00Z' }) },
  {
    name: 'a day that is none',
    reason: ['wrong_type', 'out_of_range'],
    make: withAttributes({ time: '2026-02-30T10:00:00Z' }),
  },
  { name: 'yesterday', reason: 'wrong_type', make: withAttributes({ time: 'yesterday' }) },
  { name: 'a time without a zone', reason: 'wrong_type', make: withAttributes({ time: '2026-09-01T10:00:00' }) },
]

/** Strange, and yet what they say is clear: each becomes an event. */
export const HARMLESS: readonly Omit<Poison, 'reason'>[] = [
  {
    name: 'a byte order mark',
    make: (run, n) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json(event(run, n))]),
  },
  { name: 'a field twice, the same', make: withText('"currency":"CNY"', '"currency":"CNY","currency":"CNY"') },
  { name: 'fields nobody knows', make: withData({ __proto: 1, constructor: { prototype: null }, weather: ['rain'] }) },
  {
    name: '__proto__ among the data',
    make: withText('"currency":"CNY"', '"currency":"CNY","__proto__":{"amount_payable":1}'),
  },
  { name: 'SQL for a name', make: withData({ buyer_name: SQL }) },
  { name: 'an escaped zero byte in a name', make: withData({ buyer_name: 'a\u0000b' }) },
  {
    name: 'a huge number in a field nobody knows',
    make: withText('"currency":"CNY"', '"currency":"CNY","weight":12345678901234567890'),
  },
  { name: 'an order id of blank lines', make: withAttributes({ subject: 'order/\n\n\n' }) },
  { name: 'emoji and right-to-left text', make: withData({ buyer_name: '🧨‮שלום' }) },
]

const COUNT = 200

/** The kind of the poison of this number: the heavy ones are spread over the run. */
function kindOf(number: number): Poison | undefined {
  const apart = Math.floor(COUNT / (HEAVY.length * HEAVY_TIMES))
  const isHeavy = number % apart === 0 && number < apart * HEAVY.length * HEAVY_TIMES
  return isHeavy ? HEAVY[(number / apart) % HEAVY.length] : LIGHT[number % LIGHT.length]
}

export const EVERY = 100
/** All two hundred are among the first so many messages. */
export const MIXED = COUNT * EVERY
/** From here on every third message is a (light) poison: more than a pipeline should derive. */
export const FLOOD = 1_000_000

/** Which poison message n is; null for a good one. */
export function poisonOf(n: number): Poison | null {
  if (n < MIXED) return (n % EVERY === EVERY - 1 ? kindOf(Math.floor(n / EVERY)) : undefined) ?? null
  return (n >= FLOOD && n % 3 === 0 ? LIGHT[(n / 3) % LIGHT.length] : undefined) ?? null
}

/** Spread among the good ones. */
export function harmlessOf(n: number): Omit<Poison, 'reason'> | null {
  return n < MIXED && n % EVERY === 50 ? (HARMLESS[Math.floor(n / EVERY) % HARMLESS.length] ?? null) : null
}

export function poisonedPayload(run: string, n: number): Payload {
  const poison = poisonOf(n)
  if (poison !== null) return { key: `poison/${n}`, value: poison.make(run, n) }
  const strange = harmlessOf(n)
  return strange === null ? payloadOf(run, n) : { key: `strange/${n}`, value: strange.make(run, n) }
}
