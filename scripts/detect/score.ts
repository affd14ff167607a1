/** How well detection does on simulated stores: what was to be found, what was found, and the difference by type. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { type ExpectedAnomaly, expectedAnomalies } from '#ingest/simulator/expected.ts'
import { type AnomalyType, anomalyTypes } from '#ingest/simulator/scenario.ts'
import { type SimulatedOrder, createStore } from '#ingest/simulator/store.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

const DAY = 86_400_000
/** Days on which stores take orders. */
const SELLING_DAYS = 5
/** So many of all orders are made to go wrong, each type as often as any other. */
const SHARE_IN_TROUBLE = 0.8

export type Score = {
  readonly type: AnomalyType
  /** Orders that were made to show it, and those of them that show nothing of it. */
  readonly planted: number
  readonly unnoticed: readonly string[]
  /** What an independent reading of the delivered events says must be found, side effects of other troubles included. */
  readonly expected: number
  readonly found: number
  readonly missed: readonly string[]
  readonly surplus: readonly string[]
}

/** One store per seed, all open at the same time; every type of trouble happens as often as the others. */
export function ordersOfSeeds(seeds: readonly number[], ordersPerSeed: number, startMs: number): SimulatedOrder[] {
  const share = SHARE_IN_TROUBLE / anomalyTypes.length
  const anomalyShares = Object.fromEntries(anomalyTypes.map((type) => [type, share]))
  return seeds.flatMap((seed) => [
    ...createStore({ seed, ordersPerDay: ordersPerSeed / SELLING_DAYS, anomalyShares }).ordersBetween(
      startMs,
      startMs + SELLING_DAYS * DAY,
    ),
  ])
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
    orders.flatMap((order) => expectedAnomalies(order, asOfMs)).map((one) => [one.type, describeExpected(one)]),
  )
  const found = byType(await detectedAnomalies(warehouse))
  return [...new Set([...anomalyTypes, ...found.keys()])].map((type) => {
    const [wanted, got] = [expected.get(type) ?? new Set<string>(), found.get(type) ?? new Set<string>()]
    const planted = orders.filter(({ scenario }) => scenario === type)
    const noticed = new Set([...got].map((line) => line.split(' ')[1]))
    return {
      type: type as AnomalyType,
      planted: planted.length,
      unnoticed: planted.map(({ orderId }) => orderId).filter((orderId) => !noticed.has(orderId)),
      expected: wanted.size,
      found: got.size,
      missed: [...wanted].filter((one) => !got.has(one)),
      surplus: [...got].filter((one) => !wanted.has(one)),
    }
  })
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
