/**
 * The same events in any order, any number of times, split into batches anyhow, with detection running in between, give
 * identical rows of every model and identical answers of every metric. Every history is told in two warehouses: plainly,
 * and shuffled, repeated and cut up.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Envelope } from '#ingest/contracts/index.ts'
import { parseEvent } from '#ingest/contracts/index.ts'
import { readProject } from '#transforms/engine/project.ts'
import { definitions } from '#transforms/metrics/definitions.ts'
import { createDoor } from '#transforms/query/door.ts'
import { type MetricRequestInput, unrestricted } from '#transforms/query/request.ts'
import { aHistory, envelopesOf, historiesStart as start, scrambled } from './histories.ts'
import { type Pipeline, openPipeline } from './pipeline.ts'
import { isOfDetection, processingColumns, processingDatasets, processingRelations } from './processing-time.ts'

const HOUR = 3_600_000
const asOf = start + 12 * 24 * HOUR
const HISTORIES_PER_RUN = 100
const RUNS = 1

const folder = mkdtempSync(join(tmpdir(), 'orderlens-order-independence-'))
let plain: Pipeline
let other: Pipeline
beforeAll(async () => {
  plain = await openPipeline({ folder })
  other = await openPipeline({ folder, database: 'other' })
})
afterAll(async () => {
  await plain.close()
  await other.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

let run = 0
test('any order, any duplication, any split gives the same rows of every model', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aHistory, { minLength: HISTORIES_PER_RUN, maxLength: HISTORIES_PER_RUN }),
      async (histories) => {
        run += 1
        const told = await dealingWithAnomalies(histories.map((history, n) => envelopesOf(history, `R${run}-${n}`)))
        for (const envelope of told.flat()) expect(parseEvent(JSON.stringify(envelope))).not.toHaveProperty('detail')
        const retold = histories.map((history, n) => scrambled(history, told[n] ?? []))
        const rounds = Math.max(...retold.map((batches) => batches.length))
        for (let round = 0; round < rounds; round += 1) {
          await other.land(
            'told',
            retold.flatMap((batches) => batches[round] ?? []),
          )
          await other.ticker.tick(start + ((round + 1) / (rounds + 1)) * (asOf - start))
        }
        await plain.land('told', told.flat())
        for (const world of [plain, other]) await world.ticker.tick(asOf)
        await expectSameRows()
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  )
})

test('and the same answers of every metric', { timeout: 120_000 }, async () => {
  const metrics = [...definitions().metrics.values()].filter(
    (metric) => !processingDatasets.includes(metric.dataset) && !isOfDetection(metric),
  )
  const answered = { plain: 0, empty: 0 }
  for (const { name, snapshot } of metrics) {
    const whole: MetricRequestInput = { metric: name, as_of: new Date(asOf).toISOString() }
    for (const request of snapshot ? [whole] : [whole, { ...whole, grain: 'day' as const }]) {
      const [told, retold] = await Promise.all([plain, other].map((world) => answerOf(world, request)))
      expect(retold, JSON.stringify(request)).toEqual(told)
      answered[told?.some(({ n }) => n > 0) === true ? 'plain' : 'empty'] += 1
    }
  }
  // Most metrics have something to measure in such histories, or equality would say little.
  expect(answered.plain).toBeGreaterThan(3 * answered.empty)
})

const answerOf = async ({ warehouse }: Pipeline, request: MetricRequestInput) =>
  (await createDoor(warehouse, { now: () => new Date(asOf) }).measure(request, unrestricted)).rows

const relations = readProject().models.filter(
  ({ name, config }) => config.materialized !== 'ephemeral' && !(name in processingRelations),
)

async function expectSameRows(): Promise<void> {
  for (const { name, config } of relations) {
    const [told, retold] = await Promise.all([plain, other].map((world) => rowsOf(world, name, config.engine)))
    expect({ relation: name, surplus: without(retold, told), missing: without(told, retold) }).toEqual({
      relation: name,
      surplus: [],
      missing: [],
    })
    if (['orders', 'anomaly_current', 'anomaly_handling'].includes(name)) expect(told?.length).toBeGreaterThan(0)
  }
}

async function rowsOf({ warehouse }: Pipeline, relation: string, engine: string | undefined): Promise<string[]> {
  const columns = await warehouse.queryRows(
    'select name from system.columns where database = {database:String} and table = {relation:String} order by position',
    { database: warehouse.database, relation },
  )
  const left = [...(processingColumns['*'] ?? []), ...(processingColumns[relation] ?? [])]
  const kept = columns.map((row) => String(row['name'])).filter((name) => !left.includes(name))
  const rows = await warehouse.queryRows(
    `select ${kept.map((name) => `\`${name}\``).join(', ')} from ${relation} ${engine?.startsWith('Replacing') === true ? 'final' : ''}`,
  )
  return rows.map((row) => JSON.stringify(row)).sort()
}

const without = (rows: readonly string[] = [], others: readonly string[] = []): string[] => {
  const known = new Set(others)
  return rows.filter((row) => !known.has(row))
}

/** Deeds name anomalies by a made-up letter; these are the ids of two that an order may really have. */
const dealtWith = { a1: 'not_shipped', a2: 'order_unpaid_timeout' } as const

async function dealingWithAnomalies(told: readonly Envelope[][]): Promise<Envelope[][]> {
  const orderIds = told.map(([first]) => first?.subject?.slice('order/'.length) ?? '')
  const rows = await plain.warehouse.queryRows(
    `select order_id, type, lower(hex(sipHash128(type, order_id, order_id))) as id
     from (select arrayJoin({orderIds:Array(String)}) as order_id, arrayJoin({types:Array(String)}) as type)`,
    { orderIds, types: Object.values(dealtWith) },
  )
  const ids = new Map(rows.map((row) => [`${String(row['type'])} ${String(row['order_id'])}`, String(row['id'])]))
  return told.map((envelopes, n) =>
    envelopes.map((envelope) => {
      const letter = envelope.data['anomaly_id']
      if (letter !== 'a1' && letter !== 'a2') return envelope
      const type = dealtWith[letter]
      const data = { ...envelope.data, anomaly_type: type, anomaly_id: ids.get(`${type} ${orderIds[n]}`) }
      return { ...envelope, data }
    }),
  )
}
