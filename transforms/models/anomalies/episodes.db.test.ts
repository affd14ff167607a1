/** What happens again to the same thing: soon after its end it goes on, later it is another anomaly, with a start of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSelected } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { BEFORE, DAY, HOUR, OPENS, SECOND, type Told, envelopesOf, eventId, paid, placed, tell } from './test-cases.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-episodes-'))
const project = readProject()
let warehouse: Warehouse
beforeAll(async () => {
  warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
}, 120_000)
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const held = (atMs: number): Told => ['order.held', atMs, { hold_reason: 'high_risk_of_fraud' }]
const released = (atMs: number): Told => ['order.hold_released', atMs]
const scan = (status: string, atMs: number): Told => ['shipment.checkpoint', atMs, { shipment_id: 's1', status }]
const sold: Told[] = [placed(10 * DAY), paid(10 * DAY)]

/** A review is due within four hours: each second one here breaks its promise at the opening. */
const lives: Readonly<Record<string, readonly Told[]>> = {
  // Broken from -2 days to -1 day, and again exactly a day after that.
  soon: [...sold, held(-2 * DAY - 4 * HOUR), released(-DAY), held(-4 * HOUR)],
  // A second more lies between.
  later: [...sold, held(-2 * DAY - 4 * HOUR), released(-DAY - SECOND), held(-4 * HOUR)],
  // The first was over before it broke.
  first: [...sold, held(-6 * HOUR), released(-5 * HOUR), held(-4 * HOUR)],
  // A second word while the first stands begins nothing.
  once: [...sold, held(-4 * HOUR), held(-HOUR)],
  // What is wrong by itself, twice within a day, and again long after.
  attempts: [
    ...sold,
    scan('attempt_failed', -9 * DAY),
    scan('available_for_pickup', -9 * DAY + HOUR),
    scan('attempt_failed', -9 * DAY + 5 * HOUR),
    scan('available_for_pickup', -9 * DAY + 6 * HOUR),
    scan('attempt_failed', 0),
  ],
}
const named = Object.entries(lives)
const again = (name: string): string => `${name}~retold`

type Episode = { level: string; opened: number | null; resolved: number | null; returns: number; evidence: string[] }
const ms = (text: unknown): number | null =>
  typeof text === 'string' ? Date.parse(`${text.replace(' ', 'T')}Z`) - OPENS : null

async function episodes(type: string): Promise<Map<string, Episode[]>> {
  const rows = await warehouse.queryRows(
    `select order_id, anomaly_id, level, opened_at, resolved_at, returns, evidence_event_ids from anomaly_current
     where anomaly_type = {type:String} order by order_id, at_risk_at`,
    { type },
  )
  expect(new Set(rows.map((row) => row['anomaly_id'])).size).toBe(rows.length)
  const found = new Map<string, Episode[]>()
  for (const row of rows) {
    const orderId = String(row['order_id'])
    const one = {
      level: String(row['level']),
      opened: ms(row['opened_at']),
      resolved: ms(row['resolved_at']),
      returns: Number(row['returns']),
      evidence: row['evidence_event_ids'] as string[],
    }
    found.set(orderId, [...(found.get(orderId) ?? []), one])
  }
  return found
}

const shown = (orderId: string, places: number[]): string[] => places.map((place) => eventId(orderId, place))
const wanted = (orderId: string, name: string): Episode[] | undefined =>
  ({
    soon: [{ level: 'escalated', opened: -2 * DAY, resolved: null, returns: 1, evidence: shown(orderId, [2, 4]) }],
    later: [
      { level: 'escalated', opened: -2 * DAY, resolved: -DAY - SECOND, returns: 0, evidence: shown(orderId, [2]) },
      { level: 'breached', opened: 0, resolved: null, returns: 0, evidence: shown(orderId, [4]) },
    ],
    first: [{ level: 'breached', opened: 0, resolved: null, returns: 0, evidence: shown(orderId, [4]) }],
    once: [{ level: 'breached', opened: 0, resolved: null, returns: 0, evidence: shown(orderId, [2]) }],
  })[name]

test(
  'an anomaly that returns within a day goes on, one that returns later is another',
  { timeout: 240_000 },
  async () => {
    const ticker = createTicker(warehouse, project)
    await tell(
      warehouse,
      named.flatMap(([name, told]) => envelopesOf(name, told)),
    )
    await ticker.tick(BEFORE)
    const early = await episodes('fraud_review_stuck')
    // Only at risk yet: a return is none before it broke.
    expect(early.get('soon')).toMatchObject([{ resolved: -DAY }, { level: 'at_risk', opened: null }])
    expect(early.get('later')).toMatchObject([{ resolved: -DAY - SECOND }, { level: 'at_risk', opened: null }])
    await ticker.tick(OPENS)
    const found = await episodes('fraud_review_stuck')
    for (const name of ['soon', 'later', 'first', 'once']) expect(found.get(name), name).toEqual(wanted(name, name))
    expect((await episodes('delivery_attempt_failed')).get('attempts')).toMatchObject([
      { opened: -9 * DAY, resolved: -9 * DAY + 6 * HOUR, returns: 1 },
      { opened: 0, resolved: null, returns: 0 },
    ])

    // Backwards, twice, in two parts.
    const backwards = named.flatMap(([name, told]) => envelopesOf(again(name), told)).reverse()
    await tell(warehouse, backwards.slice(0, backwards.length / 2))
    await ticker.tick(OPENS + 1)
    await tell(warehouse, backwards)
    await ticker.tick(OPENS + 2)
    const retold = await episodes('fraud_review_stuck')
    for (const name of ['soon', 'later', 'first', 'once'])
      expect(retold.get(again(name)), name).toEqual(wanted(again(name), name))

    // And a rebuild says the same of all.
    const [promises, attempts] = [await episodes('fraud_review_stuck'), await episodes('delivery_attempt_failed')]
    await buildSelected(warehouse, project, { isFullRefresh: true, nowMs: OPENS + 2 })
    expect(await episodes('fraud_review_stuck')).toEqual(promises)
    expect(await episodes('delivery_attempt_failed')).toEqual(attempts)
  },
)
