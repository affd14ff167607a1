/** Whether it can be said what was known at an instant: not before it has come, nor while what landed by then is still being read. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { QueryError } from '../query/errors.ts'
import { engineInstant } from '../query/parameters.ts'

/** What waits longer than this is stopped on purpose (a mapping that does not run), and is known when it is read. */
const READ_WITHIN_MS = 60_000
const LOOKS = 40
const LOOK_EVERY_MS = 250

export async function checkAskable(warehouse: Warehouse, at: Date, now: Date): Promise<void> {
  if (at.getTime() > now.getTime())
    throw new QueryError(
      'INVALID_REQUEST',
      `"known_at" ${at.toISOString()} is in the future; the latest that can be asked is ${now.toISOString()}`,
    )
  if (now.getTime() - at.getTime() > READ_WITHIN_MS) return
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await countUnread(warehouse, at, now)) === 0) return
    await sleep(LOOK_EVERY_MS)
  }
  throw new QueryError(
    'PREPARING',
    `messages that landed by ${at.toISOString()} are still being read; ask again in a few seconds, or for an earlier instant`,
  )
}

async function countUnread(warehouse: Warehouse, at: Date, now: Date): Promise<number> {
  const [row] = await warehouse.query(
    {
      name: 'batches landed and not derived',
      sql: `select count() as n from (
          select distinct batch_id from raw_events
          where landed_at > toDateTime64({from:String}, 3, 'UTC') and landed_at <= toDateTime64({at:String}, 3, 'UTC')
        ) where batch_id not in (select batch_id from landed_batches where listed_at > toDateTime64({from:String}, 3, 'UTC'))`,
      row: z.object({ n: z.coerce.number() }),
    },
    {
      from: engineInstant(new Date(now.getTime() - READ_WITHIN_MS).toISOString()),
      at: engineInstant(at.toISOString()),
    },
  )
  return row?.n ?? 0
}

/** Why there is no answer before the first event. */
export async function nothingKnown(warehouse: Warehouse, at: Date): Promise<QueryError> {
  const [row] = await warehouse.query({
    name: 'first known event',
    sql: "select toString(minOrNull(known_at)) as first from known_events where order_id != ''",
    row: z.object({ first: z.string().nullable() }),
  })
  const first =
    row?.first == null
      ? 'nothing is known of any order'
      : `the first event is known since ${row.first.replace(' ', 'T')}Z`
  return new QueryError('NOTHING_KNOWN', `nothing was known at ${at.toISOString()} ("known_at"): ${first}`)
}
