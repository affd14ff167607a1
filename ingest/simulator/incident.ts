/** One cause that makes many orders go wrong for a while: a warehouse that does not ship, a lane that stalls, a gateway that fails. */
import type { Basket } from './basket.ts'
import { DAY, HOUR } from './calendar.ts'
import { providers } from './catalogue.ts'
import type { Rng } from './rng.ts'
import type { Rush } from './rush.ts'
import type { AnomalyType } from './scenario.ts'

export type PlantedIncident = {
  readonly cause: 'warehouse' | 'carrier_lane' | 'gateway'
  /** A warehouse's id, `carrier → region`, or a payment provider. */
  readonly value: string
  /** Orders placed in [fromMs, toMs) are hit. */
  readonly fromMs: number
  readonly toMs: number
  /** So many of them (0–1); all where it is not told. */
  readonly share?: number
}

/** What happens to a store on top of its usual life. */
export type Planted = { readonly incidents: readonly PlantedIncident[]; readonly rushes: readonly Rush[] }

/** What the running store went through before it was first started: a warehouse stood still, a gateway fails in a sale just now. */
export function plantedBefore(anchorMs: number): Planted {
  const { incidents, rushes } = gatewayOutage({
    method: 'wechat_pay',
    fromMs: anchorMs - 3 * HOUR,
    toMs: anchorMs - HOUR,
    orders: 120,
  })
  const warehouse = {
    cause: 'warehouse',
    value: 'GZ-02',
    fromMs: anchorMs - 4 * DAY,
    toMs: anchorMs - 3 * DAY,
  } as const
  return { incidents: [warehouse, ...incidents], rushes }
}

type GatewayOutage = Rush & {
  /** Of what it is asked it refuses so much (0–1). */
  readonly share?: number
  /** So many days before there was a small sale at the same hours, which tells what is usual then. */
  readonly daysBefore?: number
}

/** A sale in which a gateway refuses nearly everything, so that there are enough orders to tell. */
export function gatewayOutage({ share = 0.9, daysBefore = 0, ...rush }: GatewayOutage): Planted {
  const { method, fromMs, toMs, orders } = rush
  const salesBefore = Array.from({ length: daysBefore }, (_, n) => {
    const earlierMs = (n + 1) * DAY
    return { method, fromMs: fromMs - earlierMs, toMs: toMs - earlierMs, orders: Math.ceil(orders / 8) }
  })
  return {
    incidents: [{ cause: 'gateway', value: providers[method], fromMs, toMs, share }],
    rushes: [...salesBefore, rush],
  }
}

/** What goes wrong with every order that is hit. */
const troubles: Readonly<Record<PlantedIncident['cause'], AnomalyType>> = {
  warehouse: 'not_shipped',
  carrier_lane: 'logistics_stalled',
  gateway: 'payment_failed',
}

export const troubleOf = ({ cause }: PlantedIncident): AnomalyType => troubles[cause]

/** The incident that hits an order placed now; null where it is spared. */
export function hitBy(
  incidents: readonly PlantedIncident[],
  { basket, createdAtMs, rng }: { basket: Basket; createdAtMs: number; rng: Rng },
): PlantedIncident | null {
  const incident = incidents.find(
    ({ cause, value, fromMs, toMs }) => createdAtMs >= fromMs && createdAtMs < toMs && valueOf(cause, basket) === value,
  )
  return incident !== undefined && rng.chance(incident.share ?? 1) ? incident : null
}

function valueOf(cause: PlantedIncident['cause'], { warehouse, carrier, buyer, method }: Basket): string {
  if (cause === 'warehouse') return warehouse.id
  return cause === 'gateway' ? providers[method] : `${carrier.code} → ${buyer.region.name}`
}
