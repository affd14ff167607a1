/**
 * An order as the rules of actions see it, kept in the state database for while the warehouse is away. Whoever opens an order
 * leaves its facts behind for those who see the same rows, and for nobody else
 * ([ADR 27](../../../docs/adr/0027-actions-wait-for-facts.md)).
 */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { RowScope } from '#transforms/query/request.ts'
import { isAway } from '#warehouse/errors.ts'
import type { OrderFacts } from './order-facts.ts'
import type { ReadFacts } from './read-facts.ts'

/** A shift: who opened an order in the morning may decide about it in the afternoon. */
export const KEPT_MS = 12 * 3_600_000

/** The facts, and of what instant they are where nobody could look at the order now. */
export type KnownFacts = { readonly order: OrderFacts; readonly keptAt: string | null }
export type LookUp = (orderId: string, scope: RowScope) => Promise<KnownFacts | null>

export function createLookUp({
  readFacts,
  knex,
  now,
}: {
  readonly readFacts: ReadFacts
  readonly knex: Knex
  readonly now: () => Date
}): LookUp {
  return async (orderId, scope) => {
    const place = { order_id: orderId, scope_hash: hashOf(scope) }
    try {
      const at = now()
      const order = await readFacts(orderId, scope)
      if (order === null) await knex('kept_order_facts').where(place).delete()
      else await keep(knex, place, order, at)
      return order === null ? null : { order, keptAt: null }
    } catch (cause) {
      if (!isAway(cause)) throw cause
      const kept = await knex<{ facts: OrderFacts; read_at: Date }>('kept_order_facts')
        .where(place)
        .where('read_at', '>', new Date(now().getTime() - KEPT_MS))
        .first('facts', 'read_at')
      if (kept === undefined) throw cause
      return { order: kept.facts, keptAt: kept.read_at.toISOString() }
    }
  }
}

async function keep(
  knex: Knex,
  { order_id, scope_hash }: { order_id: string; scope_hash: string },
  order: OrderFacts,
  at: Date,
): Promise<void> {
  // Screens that watch an order ask every second; what is the same need not be written as often.
  await knex.raw(
    `insert into kept_order_facts as kept (order_id, scope_hash, facts, read_at) values (?, ?, ?::jsonb, ?)
     on conflict (order_id, scope_hash) do update set facts = excluded.facts, read_at = excluded.read_at
     where kept.read_at < excluded.read_at
       and (kept.facts <> excluded.facts or kept.read_at < excluded.read_at - interval '10 seconds')`,
    [order_id, scope_hash, JSON.stringify(order), at],
  )
}

/** Removes what is too old to be used. */
export async function forgetFacts(knex: Knex, now: Date): Promise<void> {
  await knex('kept_order_facts')
    .where('read_at', '<=', new Date(now.getTime() - KEPT_MS))
    .delete()
}

const hashOf = (scope: RowScope): string => createHash('sha256').update(JSON.stringify(scope)).digest('hex')
