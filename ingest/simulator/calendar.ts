/** When people buy: a curve over the day (night low, lunch and evening peaks) and over the week, in China Standard Time. */
import { createRng } from './rng.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const LOCAL_OFFSET = 8 * HOUR

/** Relative demand per local hour. */
const dayCurve = [
  0.55, 0.36, 0.26, 0.22, 0.22, 0.26, 0.36, 0.55, 0.82, 1.02, 1.16, 1.36, 1.5, 1.2, 1.02, 1.0, 1.04, 1.1, 1.22, 1.52,
  1.86, 1.92, 1.52, 0.96,
]
const dayCurveMean = dayCurve.reduce((sum, weight) => sum + weight, 0) / dayCurve.length

const WEEKEND = 1.2
/** Chosen so that a whole week has the mean 1. */
const WEEKDAY = (7 - 2 * WEEKEND) / 5

/** Orders are drawn minute by minute, so that an order does not depend on which window asked for it. */
export const slotOf = (atMs: number): number => Math.floor(atMs / MINUTE)

/** Demand in a minute relative to the mean of the week. */
export function demandAt(atMs: number): number {
  const local = new Date(atMs + LOCAL_OFFSET)
  const weekend = local.getUTCDay() === 0 || local.getUTCDay() === 6
  return ((dayCurve[local.getUTCHours()] ?? 1) / dayCurveMean) * (weekend ? WEEKEND : WEEKDAY)
}

/** How many orders are placed in a slot. */
export function ordersInSlot(slot: number, seed: number, ordersPerDay: number): number {
  return createRng(seed, slot, 1).poisson((ordersPerDay * demandAt(slot * MINUTE) * MINUTE) / DAY)
}
