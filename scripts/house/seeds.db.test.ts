/**
 * Precision and recall of detection on twenty stores with every type of trouble and a gateway that is out in each: both are one, at every instant asked.
 * `npm run detect` does the same with as many stores and orders as one likes.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliveredBetween, ordersOfSeeds, printScores, scoreDetection } from '../detect/score.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 9, 1)
const SEEDS = Array.from({ length: 20 }, (_, n) => n + 1)
const orders = ordersOfSeeds(SEEDS, 95, START)

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

let landedUntil = -Infinity
test.each([3, 9, 30])(
  'after %s days all that was planted in twenty stores is found, and nothing else',
  async (days) => {
    const asOf = START + days * DAY
    await pipeline.land('simulator', deliveredBetween(orders, landedUntil, asOf))
    landedUntil = asOf
    await pipeline.ticker.tick(asOf)
    const scores = await scoreDetection(pipeline.warehouse, orders, asOf)
    const wrong = scores.filter(({ missed, surplus }) => missed.length + surplus.length > 0)
    expect(wrong, printScores(scores)).toEqual([])
    // In the end every type has been there in numbers, or the equality above says nothing about it.
    if (days === 30) {
      console.log(printScores(scores))
      expect(scores.filter(({ planted }) => planted < 20)).toEqual([])
      expect(scores.flatMap(({ type, unnoticed }) => unnoticed.map((orderId) => `${type} ${orderId}`))).toEqual([])
    }
  },
  120_000,
)
