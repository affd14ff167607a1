/** For tests of the derivation: a warehouse of their own with a landing, and a format whose messages say what they become. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { eventContracts } from '../contracts/index.ts'
import { type Landing, createLanding } from '../landing.ts'
import type { Mapping } from '../mappings/mapping.ts'

/** A format of lines `event type|subject|more`: everything a mapping may answer. */
export const lines = (isMended: boolean): Mapping => ({
  format: 'lines',
  render: (messages) => `select *,
    if(concerns_ != '' or problem_ != '', [], arrayMap(n -> concat('{"specversion":"1.0","id":', toJSONString(concat(value, toString(n))), ',"source":"/lines","type":', toJSONString(parts_[1]), ',"subject":', toJSONString(parts_[2]), ',"time":"2026-09-01T00:00:00Z","data":', parts_[3], '}'), range(toUInt32OrZero(parts_[4])))) as outcomes,
    concerns_ as concerns, problem_ as problem
  from (select *, splitByChar('|', value) as parts_, if(parts_[1] = 'payout', 'payout.paid', '') as concerns_,
    ${isMended ? "''" : "if(parts_[1] = 'later', 'unknown_event_type: not known yet', '')"} as problem_ from (${messages}))`,
})

export const example = (type: string, change: Record<string, unknown> = {}): string =>
  JSON.stringify({ ...eventContracts.get(type)?.example, ...change })

export function testLanding() {
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-deriver-'))
  let warehouse: Warehouse
  let landing: Landing
  beforeAll(async () => {
    warehouse = await openWarehouse({
      mode: 'embedded',
      path: join(folder, 'warehouse'),
      database: 'deriver',
      readers: 2,
    })
    landing = await createLanding(warehouse, { mappings: [lines(false)] })
  })
  afterAll(async () => {
    await landing.close()
    await warehouse.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  const land = async (topic: string, format: string, values: readonly string[], headers?: string): Promise<void> => {
    const last = await landing.lastOffset(topic, 0, 'e')
    const from = last === null ? 0n : last + 1n
    const messages = values.map((value, n) => ({
      offset: from + BigInt(n),
      key: null,
      value: Buffer.from(value),
      brokerAtMs: 0,
      ...(headers !== undefined && { headers }),
    }))
    await landing.land({ topic, partition: 0, epoch: 'e', format, messages })
    await landing.settled()
  }
  const rows = (sql: string) => warehouse.queryRows(sql)
  /** Each landed message has exactly one outcome at ordinal 0. */
  async function conserved(topic: string): Promise<void> {
    const [row] = await rows(`select (select count() from raw_events where topic = '${topic}') as landed,
    (select count() from events final where ordinal = 0 and topic = '${topic}') + (select count() from dead_letters final where ordinal = 0 and is_cured = 0 and topic = '${topic}') + (select count() from set_aside final where topic = '${topic}') as outcomes`)
    expect(row?.['outcomes']).toBe(row?.['landed'])
  }

  return { warehouse: () => warehouse, landing: () => landing, land, rows, conserved }
}
