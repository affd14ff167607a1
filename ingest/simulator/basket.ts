/** Who orders what, through which channel, with which promises: everything about an order that is known when it is placed. */
import { HOUR } from './calendar.ts'
import {
  type Carrier,
  type Channel,
  type PaymentMethod,
  type Product,
  type Region,
  buyerNames,
  carriers,
  channels,
  products,
  regions,
  warehouses,
} from './catalogue.ts'
import { type Rng, createRng } from './rng.ts'
import { type AnomalyType, isCarrierTrouble, isPaymentTrouble } from './scenario.ts'

export type Line = { readonly product: Product; readonly quantity: number }

export type Basket = {
  readonly orderNo: string
  readonly channel: Channel
  readonly shop: string
  readonly buyer: Buyer
  readonly lines: readonly Line[]
  readonly amounts: {
    readonly items: number
    readonly freight: number
    readonly discount: number
    /** What the first line is charged beyond its price. */
    readonly overcharge: number
    readonly payable: number
  }
  readonly couponId: string | null
  readonly method: PaymentMethod
  readonly carrier: Carrier
  readonly trackingNo: string
  readonly warehouse: (typeof warehouses)[number]
  readonly promisedShipHours: number | null
  readonly promisedDeliveryHours: number
}

export type Buyer = { readonly id: string; readonly name: string; readonly phoneTail: string; readonly region: Region }

const BUYERS_PER_MARKET = 24_000

type Wish = {
  readonly scenario: AnomalyType | null
  /** How it is paid; null where that is left to the channel. */
  readonly method: PaymentMethod | null
}

export function fillBasket(rng: Rng, seed: number, { scenario, method }: Wish): Basket {
  for (;;) {
    const basket = drawBasket(rng, seed, scenario)
    if (method === null || basket.method === method) return basket
  }
}

function drawBasket(rng: Rng, seed: number, scenario: AnomalyType | null): Basket {
  const channel = drawChannel(rng, scenario)
  const buyer = meetBuyer(seed, channel.market, rng.int(1, BUYERS_PER_MARKET))
  const carrier = drawCarrier(rng, channel.market, scenario)
  const lines = drawLines(rng)
  const amounts = priceLines(rng, lines, scenario)
  return {
    orderNo: String(rng.int(1_000_000_000, 9_999_999_999)) + String(rng.int(10_000_000, 99_999_999)),
    channel,
    shop: rng.pick(channel.shops),
    buyer,
    lines,
    amounts,
    couponId: amounts.discount > 0 ? `CP${rng.int(10_000_000, 99_999_999)}` : null,
    method: rng.weighted(channel.methods).name,
    carrier,
    trackingNo: `${carrier.prefix}${rng.int(100_000_000, 999_999_999)}${rng.int(1_000, 9_999)}`,
    warehouse: rng.weighted(warehouses),
    promisedShipHours: channel.shipWithinHours,
    // 20 hours to ship, 11 to the first scan, the slowest road: all within 80 % of the promise when nothing goes wrong.
    promisedDeliveryHours: Math.ceil(41 + 1.3 * carrier.transitHours[1]),
  }
}

function drawChannel(rng: Rng, scenario: AnomalyType | null): Channel {
  if (!isPaymentTrouble(scenario)) return rng.weighted(channels)
  return rng.weighted(channels.map((channel) => ({ weight: channel.weight * channel.paymentTrouble, channel }))).channel
}

function drawCarrier(rng: Rng, market: Channel['market'], scenario: AnomalyType | null): Carrier {
  const candidates = carriers.filter((carrier) => carrier.market === market)
  if (!isCarrierTrouble(scenario)) return rng.weighted(candidates)
  return rng.weighted(candidates.map((carrier) => ({ weight: carrier.weight * carrier.trouble, carrier }))).carrier
}

/** The same buyer comes again with the same name and address. */
function meetBuyer(seed: number, market: Channel['market'], index: number): Buyer {
  const rng = createRng(seed, market === 'domestic' ? 2 : 3, index)
  const name =
    market === 'domestic'
      ? rng.pick(buyerNames.surnames) + rng.pick(buyerNames.givenNames)
      : `${rng.pick(buyerNames.latinFirst)} ${rng.pick(buyerNames.latinLast)}`
  return {
    id: `${market === 'domestic' ? 'cn' : 'ov'}-${String(index).padStart(6, '0')}`,
    name,
    phoneTail: String(rng.int(0, 9999)).padStart(4, '0'),
    region: rng.weighted(regions.filter((region) => region.market === market)),
  }
}

const lineCounts = [
  { n: 1, weight: 74 },
  { n: 2, weight: 19 },
  { n: 3, weight: 7 },
]

function drawLines(rng: Rng): Line[] {
  const lines = new Map<string, Line>()
  const wanted = rng.weighted(lineCounts).n
  while (lines.size < wanted) {
    const product = rng.weighted(products)
    const quantity = product.price > 100_000 || rng.chance(0.78) ? 1 : rng.int(2, 3)
    lines.set(product.sku, { product, quantity })
  }
  return [...lines.values()]
}

/** The same again, under numbers of its own. */
export const orderedAgain = (basket: Basket): Basket => ({
  ...basket,
  orderNo: again(basket.orderNo),
  trackingNo: again(basket.trackingNo),
})

const again = (number: string): string => number.slice(0, -1) + String((Number(number.at(-1)) + 1) % 10)

function priceLines(rng: Rng, lines: readonly Line[], scenario: AnomalyType | null): Basket['amounts'] {
  const price = lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0)
  const overcharge = scenario === 'price_discrepancy' ? Math.max(100, Math.round(price * rng.between(0.02, 0.2))) : 0
  const items = price + overcharge
  const freight = items >= 9_900 || rng.chance(0.4) ? 0 : rng.pick([600, 800, 1_200])
  const discount =
    rng.chance(0.35) || scenario === 'coupon_anomaly'
      ? Math.min(rng.pick([500, 1_000, 2_000, 3_000]), Math.floor(items / 3))
      : 0
  // A coupon buys one order, so who orders the same twice has none.
  if (scenario === 'duplicate_order') return { items, freight, discount: 0, overcharge, payable: items + freight }
  return { items, freight, discount, overcharge, payable: items + freight - discount }
}

export const hoursAfter = (atMs: number, hours: number): string => new Date(atMs + hours * HOUR).toISOString()
