/** How well detection does on simulated stores: what was to be found, what was found, and the difference by type. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { DAY, HOUR, MINUTE } from '#ingest/simulator/calendar.ts'
import { type PaymentMethod, providers } from '#ingest/simulator/catalogue.ts'
import { type ExpectedAnomaly, expectedTogether } from '#ingest/simulator/expected.ts'
import { type Planted, gatewayOutage } from '#ingest/simulator/incident.ts'
import { createRng } from '#ingest/simulator/rng.ts'
import { anomalyTypes } from '#ingest/simulator/scenario.ts'
import { type SimulatedOrder, createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

/** Days on which stores take orders. */
const SELLING_DAYS = 5
/** So many of all orders are made to go wrong, each type as often as any other. */
const SHARE_IN_TROUBLE = 0.8

/** A way of a type that has limits of its own, told apart because it is another trouble. */
const BY_GATEWAY = 'payment_failed_repeated_gateway'

export type Score = {
  readonly type: string
  /**
   * Orders that were made to show it, and those of them that show nothing of it. Not every order that a gateway refuses has
   * to, some are paid before anybody can know: of those, the outages of which no order shows anything.
   */
  readonly planted: number
  readonly unnoticed: readonly string[]
  /** What an independent reading of the delivered events says must be found, side effects of other troubles included. */
  readonly expected: number
  readonly found: number
  readonly missed: readonly string[]
  readonly surplus: readonly string[]
}

/**
 * One store per seed, all open at the same time; every type of trouble happens as often as the others, and a gateway is out
 * for an hour, which brings some sixty orders more.
 */
export function ordersOfSeeds(seeds: readonly number[], ordersPerSeed: number, startMs: number): SimulatedOrder[] {
  const share = SHARE_IN_TROUBLE / anomalyTypes.length
  const anomalyShares = Object.fromEntries(anomalyTypes.map((type) => [type, share]))
  return seeds.flatMap((seed) => [
    ...createStore({
      seed,
      ordersPerDay: ordersPerSeed / SELLING_DAYS,
      anomalyShares,
      ...outageOf(seed, startMs),
    }).ordersBetween(startMs, startMs + SELLING_DAYS * DAY),
  ])
}

/** Some gateway on one of the last days, at some hour of those that are held against the same of the days before. */
function outageOf(seed: number, startMs: number): Planted {
  const rng = createRng(seed, 13)
  // safe because it is an object of exactly these keys
  const methods = Object.keys(providers) as PaymentMethod[]
  const season = startMs + rng.int(3, SELLING_DAYS - 1) * DAY + rng.int(0, 5) * 4 * HOUR
  const fromMs = season + rng.int(20, 140) * MINUTE
  return gatewayOutage({ method: rng.pick(methods), fromMs, toMs: fromMs + HOUR, orders: 48, daysBefore: 3 })
}

/** What is delivered in (after, until], in the order of delivery. */
export function deliveredBetween(orders: readonly SimulatedOrder[], afterMs: number, untilMs: number): Envelope[] {
  return orders
    .flatMap(({ events }) => events.filter(({ emitAtMs }) => emitAtMs > afterMs && emitAtMs <= untilMs))
    .sort((a, b) => a.emitAtMs - b.emitAtMs)
    .map(({ envelope }) => envelope)
}

export async function scoreDetection(
  warehouse: Warehouse,
  orders: readonly SimulatedOrder[],
  asOfMs: number,
): Promise<Score[]> {
  const expected = byType(
    expectedTogether(orders, asOfMs).map((one) => [wayOf(one.type, one.attachedTo), describeExpected(one)]),
  )
  const found = byType(
    (await detectedAnomalies(warehouse)).map(([type, line]) => [wayOf(type, line.split(' ')[2] ?? ''), line]),
  )
  return [...new Set([...anomalyTypes, BY_GATEWAY, ...found.keys()])].map((type) => {
    const [wanted, got] = [expected.get(type) ?? new Set<string>(), found.get(type) ?? new Set<string>()]
    const planted = plantedOf(orders, type)
    const noticed = new Set([...got].map((line) => line.split(' ')[1]))
    return {
      type,
      planted: planted.flat().length,
      unnoticed: planted.filter((any) => !any.some((orderId) => noticed.has(orderId))).map((any) => any.join(' ')),
      expected: wanted.size,
      found: got.size,
      missed: [...wanted].filter((one) => !got.has(one)),
      surplus: [...got].filter((one) => !wanted.has(one)),
    }
  })
}

const wayOf = (type: string, attachedTo: string): string =>
  type === 'payment_failed_repeated' && attachedTo.includes('@') ? BY_GATEWAY : type

/** Orders of which at least one must show it: each by itself, those that one outage hit together. */
function plantedOf(orders: readonly SimulatedOrder[], type: string): string[][] {
  if (type !== BY_GATEWAY) return orders.filter(({ scenario }) => scenario === type).map(({ orderId }) => [orderId])
  const incidents = new Set(orders.map(({ story }) => story.incident))
  return [...incidents]
    .filter((incident) => incident?.cause === 'gateway')
    .map((incident) => orders.filter(({ story }) => story.incident === incident).map(({ orderId }) => orderId))
}

/** Every anomaly that stands, one line each; the same words as of one that is expected. */
export async function detectedAnomalies(warehouse: Warehouse): Promise<[type: string, line: string][]> {
  const rows = await warehouse.queryRows(
    `select anomaly_type, order_id, attached_to_id, level, toString(toUnixTimestamp64Milli(opened_at)) as opened, toString(toUnixTimestamp64Milli(resolved_at)) as resolved from anomaly_current`,
  )
  return rows.map((row) => {
    const parts = ['anomaly_type', 'order_id', 'attached_to_id', 'level', 'opened', 'resolved']
    return [String(row['anomaly_type']), parts.map((part) => row[part] ?? '-').join(' ')]
  })
}

export const describeExpected = (anomaly: ExpectedAnomaly): string =>
  [
    anomaly.type,
    anomaly.orderId,
    anomaly.attachedTo,
    anomaly.level,
    anomaly.openedAtMs ?? '-',
    anomaly.resolvedAtMs ?? '-',
  ].join(' ')

function byType(lines: readonly (readonly [type: string, line: string])[]): Map<string, Set<string>> {
  const types = new Map<string, Set<string>>()
  for (const [type, line] of lines) {
    const known = types.get(type)
    if (known === undefined) types.set(type, new Set([line]))
    else known.add(line)
  }
  return types
}

export function printScores(scores: readonly Score[]): string {
  const width = Math.max(...scores.map(({ type }) => type.length))
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : (part / whole).toFixed(4))
  const row = (name: string, cells: readonly (string | number)[]): string =>
    [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(9))].join(' ')
  const cellsOf = ({ planted, expected, found, missed, surplus }: Summed): (string | number)[] => [
    planted,
    expected,
    found,
    missed,
    surplus,
    share(found - surplus, found),
    share(expected - missed, expected),
  ]
  const sums = scores.map(({ type, planted, expected, found, missed, surplus }) => ({
    type,
    planted,
    expected,
    found,
    missed: missed.length,
    surplus: surplus.length,
  }))
  const total = (name: keyof Summed): number => sums.reduce((sum, one) => sum + one[name], 0)
  const all = {
    planted: total('planted'),
    expected: total('expected'),
    found: total('found'),
    missed: total('missed'),
    surplus: total('surplus'),
  }
  return [
    row('', ['planted', 'expected', 'found', 'missed', 'surplus', 'precision', 'recall']),
    ...sums.map((one) => row(one.type, cellsOf(one))),
    row('all', cellsOf(all)),
  ].join('\n')
}
type Summed = Readonly<Record<'planted' | 'expected' | 'found' | 'missed' | 'surplus', number>>
