/** What detection must find in orders by what a gateway did to all it was asked about: it refused far more than is usual. */
import { DAY, HOUR, MINUTE } from './calendar.ts'
import type { Finding } from './judging.ts'
import { type OrderFacts, earliest, first } from './order-facts.ts'

/** The default thresholds; the same numbers as the seed of the rules of gateways. */
const limits = {
  pieceMs: 30 * MINUTE,
  daysBefore: 14,
  /** Hours of a day that are alike. */
  seasonMs: 4 * HOUR,
  leastDays: 3,
  leastAttempts: 20,
  leastRefusals: 10,
  timesUsual: 3,
  sigmas: 3,
} as const

type Attempt = {
  readonly orderId: string
  readonly gateway: string
  readonly eventId: string
  readonly at: number
  readonly isRefused: boolean
}

/** Of an order, what its gateways and those who look at them need to know. */
export type Paying = {
  readonly orderId: string
  readonly attempts: readonly Attempt[]
  /** When a payment first went through, or the order ended. */
  readonly overAt: number | null
}

const through = ['payment.authorized', 'payment.succeeded', 'payment.captured'] as const

export function payingOf({ orderId, told, endedAt }: OrderFacts): Paying {
  const attempts = told
    .filter(({ type }) => type === 'payment.failed' || through.some((each) => each === type))
    .map(({ type, id, at, data }) => ({
      orderId,
      gateway: String(data['provider'] ?? data['method'] ?? ''),
      eventId: id,
      at,
      isRefused: type === 'payment.failed',
    }))
    .filter(({ gateway }) => gateway !== '')
  return { orderId, attempts, overAt: earliest(first(told, ...through), endedAt) }
}

export function gatewayFindings(orders: readonly Paying[]): (Finding & { orderId: string })[] {
  const overAt = new Map(orders.map((order) => [order.orderId, order.overAt]))
  const pieces = piecesOf(orders.flatMap(({ attempts }) => attempts))
  const foundAt = new Map<string, { orderId: string; gateway: string; at: number }>()
  for (const piece of pieces) {
    const since = outSince(piece, pieces)
    if (since === null) continue
    for (const { orderId, gateway, at: refusedAt, isRefused } of piece.attempts) {
      if (!isRefused) continue
      const key = `${orderId}@${gateway}`
      const at = Math.min(Math.max(refusedAt, since), foundAt.get(key)?.at ?? Infinity)
      foundAt.set(key, { orderId, gateway, at })
    }
  }
  return [...foundAt].flatMap(([attachedTo, { orderId, at }]) => {
    const clearedAt = overAt.get(orderId) ?? null
    if (clearedAt !== null && clearedAt <= at) return []
    return [{ orderId, type: 'payment_failed_repeated', attachedTo, foundAt: at, escalateAt: null, clearedAt }]
  })
}

/** Half an hour of a gateway, with each order once as refused and once as let through, in the order of time. */
type Piece = { readonly gateway: string; readonly fromMs: number; readonly attempts: readonly Attempt[] }

function piecesOf(attempts: readonly Attempt[]): Piece[] {
  const pieces = new Map<string, { gateway: string; fromMs: number; firsts: Map<string, Attempt> }>()
  for (const attempt of [...attempts].sort(byTime)) {
    const { gateway, orderId, isRefused } = attempt
    const fromMs = Math.floor(attempt.at / limits.pieceMs) * limits.pieceMs
    const key = `${gateway} ${fromMs}`
    const piece = pieces.get(key) ?? { gateway, fromMs, firsts: new Map<string, Attempt>() }
    pieces.set(key, piece)
    const which = `${orderId} ${isRefused}`
    if (!piece.firsts.has(which)) piece.firsts.set(which, attempt)
  }
  return [...pieces.values()].map(({ gateway, fromMs, firsts }) => ({
    gateway,
    fromMs,
    attempts: [...firsts.values()],
  }))
}

const byTime = (a: Attempt, b: Attempt): number => a.at - b.at || (a.eventId < b.eventId ? -1 : 1)

/** The refusal by which there were too many; null where that never was. */
function outSince(piece: Piece, pieces: readonly Piece[]): number | null {
  if (refusedOf(piece.attempts) < limits.leastRefusals) return null
  const usual = usualFor(piece, pieces)
  if (usual === null) return null
  const most = Math.min(limits.timesUsual * usual.share, (1 + usual.share) / 2)
  let refusals = 0
  for (const [index, { at, isRefused }] of piece.attempts.entries()) {
    if (!isRefused) continue
    const attempts = index + 1
    refusals += 1
    const sigma = Math.sqrt((usual.share * (1 - usual.share)) / attempts + usual.spread)
    const isEnough = attempts >= limits.leastAttempts && refusals >= limits.leastRefusals
    if (isEnough && refusals > most * attempts && refusals / attempts > usual.share + limits.sigmas * sigma) return at
  }
  return null
}

/** What it refused at the same hours of the days before but the worst, and how much these days differ; null while there are too few. */
function usualFor({ gateway, fromMs }: Piece, pieces: readonly Piece[]): { share: number; spread: number } | null {
  const seasonMs = Math.floor(fromMs / limits.seasonMs) * limits.seasonMs
  const days = Array.from({ length: limits.daysBefore }, (_, n) => {
    const from = seasonMs - (n + 1) * DAY
    const attempts = pieces
      .filter((piece) => piece.gateway === gateway && piece.fromMs >= from && piece.fromMs < from + limits.seasonMs)
      .flatMap((piece) => piece.attempts)
    const refused = refusedOf(attempts)
    return { tried: attempts.length, refused, share: refused / attempts.length }
  }).filter(({ tried }) => tried > 0)
  if (days.length < limits.leastDays) return null
  const best = days.sort((a, b) => a.share - b.share || a.tried - b.tried).slice(0, -1)
  const tried = best.reduce((sum, day) => sum + day.tried, 0)
  const share = best.reduce((sum, day) => sum + day.refused, 0) / tried
  const spread = best.reduce((sum, day) => sum + day.tried * (day.share - share) ** 2, 0) / tried
  return { share, spread }
}

const refusedOf = (attempts: readonly Attempt[]): number => attempts.filter(({ isRefused }) => isRefused).length
