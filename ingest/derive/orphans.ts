/**
 * Events that came before the order they belong to was known by the number they name it by (a payment provider is often
 * faster than the shop): once the order is known they are derived again, by themselves.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Derivation } from './relations.ts'
import { ordersByReference } from './references.ts'
import { rederive } from './rederive.ts'

const TRIED_FOR_DAYS = 7
const AT_ONCE = 5_000

/** SQL text: what a dead letter's event referred to. */
const REFERRED = "concat('lookup/', extract(detail, 'known by (.*)$'))"

const found = {
  name: 'events whose order is known by now',
  sql: `select topic, partition, epoch, offset, format from dead_letters final
    where reason = 'unknown_order' and is_cured = 0 and landed_at > fromUnixTimestamp64Milli({since:Int64})
      and ${REFERRED} in (select ref from (${ordersByReference(`select distinct ${REFERRED} as ref from dead_letters where reason = 'unknown_order'`)}))
    limit ${AT_ONCE}`,
  row: z.object({
    topic: z.string(),
    partition: z.number(),
    epoch: z.string(),
    offset: z.string(),
    format: z.string(),
  }),
}

/** Returns how many messages were derived again. */
export async function resolveOrphans(
  warehouse: Warehouse,
  derivations: ReadonlyMap<string, Derivation>,
  nowMs: number,
): Promise<number> {
  const messages = await warehouse.query(found, { since: String(nowMs - TRIED_FOR_DAYS * 86_400_000) })
  if (messages.length > 0)
    await rederive(
      warehouse,
      derivations,
      messages.map(({ offset, ...rest }) => ({ ...rest, offset: BigInt(offset) })),
      `orphans/${nowMs}`,
    )
  return messages.length
}
