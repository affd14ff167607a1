/** A believable store: every order of any window of time, always the same for the same seed. */
import { HOUR, MINUTE, ordersInSlot, slotOf } from './calendar.ts'
import type { PaymentMethod } from './catalogue.ts'
import { type Disorder, type ScheduledEvent, createCourier, defaultDisorder } from './delivery.ts'
import type { PlantedIncident } from './incident.ts'
import { type Lives, liveOrder } from './lifecycle.ts'
import type { Outage } from './outage.ts'
import { type Rush, rushedInSlot } from './rush.ts'
import { type AnomalyShares, type AnomalyType, defaultShares } from './scenario.ts'
import type { Story } from './timeline.ts'

export type StoreOptions = {
  readonly seed: number
  readonly ordersPerDay?: number
  readonly anomalyShares?: Partial<AnomalyShares>
  readonly disorder?: Partial<Disorder>
  /** Systems that fall silent for a while. */
  readonly outages?: readonly Outage[]
  /** Causes that make many orders go wrong at once. */
  readonly incidents?: readonly PlantedIncident[]
  /** Orders beyond the usual. */
  readonly rushes?: readonly Rush[]
}

export type SimulatedOrder = {
  readonly orderId: string
  readonly createdAtMs: number
  /** What was made to go wrong; what must be detected is for `expectedAnomalies` to say. */
  readonly scenario: AnomalyType | null
  readonly story: Story
  /** In the order of delivery, duplicates included; those of an order that has something in common with it as well. */
  readonly events: readonly ScheduledEvent[]
}

export type Store = {
  readonly seed: number
  readonly incidents: readonly PlantedIncident[]
  readonly rushes: readonly Rush[]
  countBetween(fromMs: number, toMs: number): number
  /** Orders placed in [fromMs, toMs), oldest first. */
  ordersBetween(fromMs: number, toMs: number): Iterable<SimulatedOrder>
  /** An order by its id, with its own events only, or undefined when this store never had it. */
  orderById(orderId: string): SimulatedOrder | undefined
}

export const DEFAULT_ORDERS_PER_DAY = 3_000

export function createStore(options: StoreOptions): Store {
  const { seed, ordersPerDay = DEFAULT_ORDERS_PER_DAY, incidents = [], rushes = [] } = options
  const troubles = { shares: { ...defaultShares, ...options.anomalyShares }, incidents }
  const schedule = createCourier(seed, { ...defaultDisorder, ...options.disorder }, options.outages)

  const usualIn = (slot: number): number => ordersInSlot(slot, seed, ordersPerDay)
  const countIn = (slot: number): number => usualIn(slot) + rushedInSlot(rushes, slot).length
  /** Those of a rush come after the usual ones of their minute. */
  const methodAt = (slot: number, index: number): PaymentMethod | null => {
    const rushed = rushedInSlot(rushes, slot)
    return rushed.length === 0 ? null : (rushed[index - usualIn(slot)] ?? null)
  }
  const livesAt = (slot: number, index: number): Lives =>
    liveOrder(seed, troubles, { slot, index, method: methodAt(slot, index) }, (prefix, isBefore) =>
      nameOrder(prefix, seed, slot, isBefore ? index + BEFORE : index),
    )
  const orderAt = (slot: number, index: number): SimulatedOrder => {
    const { story, before } = livesAt(slot, index)
    const order = ofStory(story)
    if (before === null) return order
    const events = [...ofStory(before).events, ...order.events].sort((a, b) => a.emitAtMs - b.emitAtMs)
    return { ...order, createdAtMs: before.createdAtMs, events }
  }
  const ofStory = (story: Story): SimulatedOrder => {
    const { orderId, createdAtMs, scenario } = story
    return { orderId, createdAtMs, scenario, story, events: schedule(story) }
  }

  function* ordersBetween(fromMs: number, toMs: number): Generator<SimulatedOrder> {
    for (let slot = slotOf(fromMs); slot * MINUTE < toMs; slot += 1) {
      const orders = Array.from({ length: countIn(slot) }, (_, index) => orderAt(slot, index))
      orders.sort((a, b) => a.createdAtMs - b.createdAtMs)
      for (const order of orders) if (order.createdAtMs >= fromMs && order.createdAtMs < toMs) yield order
    }
  }

  return {
    seed,
    incidents,
    rushes,
    ordersBetween,
    countBetween(fromMs, toMs) {
      let count = 0
      for (let slot = slotOf(fromMs); slot * MINUTE < toMs; slot += 1) count += countIn(slot)
      return count
    },
    orderById(orderId) {
      const place = parseOrderId(orderId)
      if (place === undefined || place.index % BEFORE >= countIn(place.slot)) return undefined
      const { story, before } = livesAt(place.slot, place.index % BEFORE)
      const asked = place.index < BEFORE ? story : before
      return asked?.orderId === orderId ? ofStory(asked) : undefined
    },
  }
}

/** The number of an order before another within its minute is that other's, so much later. */
const BEFORE = 1_000

/** `TM261123-0715-003-A7`: channel, day and minute (UTC), number within the minute, the store's seed. */
function nameOrder(prefix: string, seed: number, slot: number, index: number): string {
  const at = new Date(slot * MINUTE).toISOString()
  const day = at.slice(2, 10).replaceAll('-', '')
  const minute = at.slice(11, 16).replace(':', '')
  return `${prefix}${day}-${minute}-${String(index).padStart(3, '0')}-${seed.toString(36).toUpperCase()}`
}

const ORDER_ID = /^[A-Z]{2}(\d\d)(\d\d)(\d\d)-(\d\d)(\d\d)-(\d{3,})-[0-9A-Z]+$/

function parseOrderId(orderId: string): { slot: number; index: number } | undefined {
  const match = ORDER_ID.exec(orderId)
  if (match === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, index = 0] = match.slice(1).map(Number)
  const atMs = Date.UTC(2000 + year, month - 1, day) + hour * HOUR + minute * MINUTE
  return { slot: slotOf(atMs), index }
}
