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
