/**
 * The models against a plain second opinion: thousands of random histories, shuffled, repeated and landed in parts, give
 * row for row what loops over one order's events give. A difference is cut down to the fewest events that still show it.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { parseEvent } from '#ingest/contracts/index.ts'
import { type History, aHistory, envelopesOf, historiesEnd, historiesStart, scrambled } from './histories.ts'
import { type Difference, printDifference } from './oracle/difference.ts'
import { compareWithOracle } from './oracle/comparing.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'

const ORDERS = 1_200
const HOUR = 3_600_000
/** New histories every run; a failure prints the seed to write here. */
const seed = Math.floor(Math.random() * 2 ** 31)
const MIDDLE = historiesStart + 5 * 24 * HOUR
const END = historiesEnd + HOUR

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await openPipeline()
})
afterAll(() => pipeline.close())

test('rows of random histories are what a plain reading of the events says', { timeout: 300_000 }, async () => {
  const histories = fc.sample(aHistory, { seed, numRuns: ORDERS })
  const told = histories.map((history, n) => ({ history, orderId: `H-${n}` }))
  for (const { history, orderId } of told)
    for (const envelope of envelopesOf(history, orderId))
      expect(parseEvent(JSON.stringify(envelope))).not.toHaveProperty('detail')

  await landAndTick(told, (time) => time <= MIDDLE, MIDDLE)
  await expectNoDifference(told, MIDDLE)
  await landAndTick(told, (time) => time > MIDDLE, END)
  await expectNoDifference(told, END)
})

type Named = { history: History; orderId: string }

async function landAndTick(told: readonly Named[], isDue: (time: number) => boolean, asOf: number): Promise<void> {
  const batches = told.map(({ history, orderId }) =>
    scrambled(
      history,
      envelopesOf(history, orderId).filter(({ time }) => isDue(Date.parse(time))),
    ),
  )
  for (const round of [0, 1]) {
    // Every order's first batch, then all of the rest: the second is worked into what stands.
    const due = batches.flatMap((batch) => (round === 0 ? (batch[0] ?? []) : batch.slice(1).flat()))
    await pipeline.land('histories', due)
    await pipeline.ticker.tick(asOf - (1 - round))
  }
}

async function expectNoDifference(told: readonly Named[], asOf: number): Promise<void> {
  const eventsOf = ({ history, orderId }: Named): Envelope[] =>
    envelopesOf(history, orderId).filter(({ time }) => Date.parse(time) <= asOf)
  const orders = new Map(told.map((one) => [one.orderId, eventsOf(one)]))
  const differences = await compareWithOracle(pipeline.warehouse, orders, asOf)
  const found = differences[0]
  if (found === undefined) return
  const smallest = await shrunk(found, orders.get(found.orderId) ?? [], asOf)
  expect.fail(
    `${differences.length} of ${orders.size} orders differ (seed ${seed}).\n${printDifference(smallest.difference, smallest.events)}`,
  )
}

type Shrunk = { difference: Difference; events: Envelope[] }
let trial = 0

/** Lands the order again without each of its events in turn, as long as one of these still differs. */
async function shrunk(difference: Difference, events: Envelope[], asOf: number): Promise<Shrunk> {
  const candidates = new Map<string, Envelope[]>()
  for (const left of events.keys()) {
    const orderId = `T-${trial++}`
    const rest = events.filter((_, place) => place !== left)
    candidates.set(
      orderId,
      rest.map((envelope) => ({ ...envelope, subject: `order/${orderId}` })),
    )
  }
  if (events.length < 2) return { difference, events }
  await pipeline.land('histories', [...candidates.values()].flat())
  await pipeline.ticker.tick(asOf)
  const still = (await compareWithOracle(pipeline.warehouse, candidates, asOf))[0]
  return still === undefined ? { difference, events } : shrunk(still, candidates.get(still.orderId) ?? [], asOf)
}
