/** One cause that makes many orders go wrong for a while: a warehouse that does not ship, a lane that stalls, a gateway that fails. */
import type { Basket } from './basket.ts'
import { DAY, HOUR } from './calendar.ts'
import { providers } from './catalogue.ts'
import type { AnomalyType } from './scenario.ts'

export type PlantedIncident = {
  readonly cause: 'warehouse' | 'carrier_lane' | 'gateway'
  /** A warehouse's id, `carrier → region`, or a payment provider. */
  readonly value: string
  /** Orders placed in [fromMs, toMs) are hit. */
  readonly fromMs: number
  readonly toMs: number
}

/** What the running store went through before it was first started: a warehouse stood still, a gateway fails just now. */
export const incidentsBefore = (anchorMs: number): readonly PlantedIncident[] => [
  { cause: 'warehouse', value: 'GZ-02', fromMs: anchorMs - 4 * DAY, toMs: anchorMs - 3 * DAY },
  { cause: 'gateway', value: providers.wechat_pay, fromMs: anchorMs - 3 * HOUR, toMs: anchorMs - HOUR },
]

/** What goes wrong with every order that is hit. */
const troubles: Readonly<Record<PlantedIncident['cause'], AnomalyType>> = {
  warehouse: 'not_shipped',
  carrier_lane: 'logistics_stalled',
  gateway: 'payment_failed',
}

/** What an incident does to an order that is placed now; null where it is spared. */
export function hitBy(incidents: readonly PlantedIncident[], basket: Basket, createdAtMs: number): AnomalyType | null {
  const incident = incidents.find(
    ({ cause, value, fromMs, toMs }) => createdAtMs >= fromMs && createdAtMs < toMs && valueOf(cause, basket) === value,
  )
  return incident === undefined ? null : troubles[incident.cause]
}

function valueOf(cause: PlantedIncident['cause'], { warehouse, carrier, buyer, method }: Basket): string {
  if (cause === 'warehouse') return warehouse.id
  return cause === 'gateway' ? providers[method] : `${carrier.code} → ${buyer.region.name}`
}
