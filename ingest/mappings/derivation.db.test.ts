/** Every format on the real tables: what the engine makes of a mapping there is more than what it says by itself. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Landing, createLanding } from '../landing.ts'
import { builtInMappings } from './mapping.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-mappings-'))
let warehouse: Warehouse
let landing: Landing

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'maps', readers: 1 })
  landing = await createLanding(warehouse)
})
afterAll(async () => {
  await landing.close()
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** None of these is a message any platform sends; every format must still say one thing about each. */
const NOISE = ['{}', '[]', '{"id":1}', '{"data":{"id":null}}', '[1,"x",null]', 'null', 'no JSON', '']

test.each([...builtInMappings().keys()])(
  "%s says one thing about every message, within the engine's limits",
  async (format) => {
    await landing.land({
      topic: `noise.${format}`,
      partition: 0,
      epoch: '1',
      format,
      messages: NOISE.map((text, n) => ({ offset: BigInt(n), key: null, value: Buffer.from(text), brokerAtMs: 0 })),
    })
    await landing.settled()
    const outcomes = await warehouse.queryRows(
      `select toUInt32(offset) as o from (
       select offset, topic from events final where ordinal = 0
       union all select offset, topic from dead_letters final where ordinal = 0 and is_cured = 0
       union all select offset, topic from set_aside final)
     where topic = {topic:String} order by o`,
      { topic: `noise.${format}` },
    )
    expect(outcomes.map((row) => row['o'])).toEqual(NOISE.map((_, n) => n))
  },
)

test('a bad part of a message is a dead letter with its own reason, and takes no other with it', async () => {
  const item = (more: object): object => ({
    NotificationRequestItem: {
      amount: { currency: 'EUR', value: 1000 },
      eventCode: 'AUTHORISATION',
      eventDate: '2026-01-01T10:00:00+01:00',
      merchantReference: 'A-1',
      pspReference: 'P1',
      success: 'true',
      ...more,
    },
  })
  const notificationItems = [item({}), item({ eventCode: 'INVENTED' }), item({ pspReference: null })]
  const value = Buffer.from(JSON.stringify({ live: 'false', notificationItems }))
  const messages = [{ offset: 0n, key: null, value, brokerAtMs: 0 }]
  await landing.land({ topic: 'parts', partition: 0, epoch: '1', format: 'adyen', messages })
  await landing.settled()
  const told = await warehouse.queryRows(
    "select toUInt32(ordinal) as n, reason, detail from dead_letters final where topic = 'parts' and is_cured = 0 and ordinal > 0 order by n",
  )
  expect(told).toEqual([
    { n: 1, reason: 'unknown_event_type', detail: 'no mapping for the event code INVENTED' },
    { n: 2, reason: 'missing_attribute', detail: expect.stringContaining('pspReference') },
  ])
})
