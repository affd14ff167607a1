/** The engine reads messages from a file into the same tables as landing and derivation fill: landed, checked, derived. */
import { parseSelect } from '#ingest/derive/statements.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

/** All that landing and derivation fill. */
export const DERIVED = [
  'events',
  'dead_letters',
  'landed_batches',
  'touched',
  'order_lookup',
  'product_lookup',
] as const

export async function loadByEngine(warehouse: Warehouse, file: string, count: number): Promise<void> {
  await warehouse.command(
    `insert into raw_events (topic, partition, offset, epoch, batch_id, range_first, range_last, range_n, format, broker_at, landed_at, key, value)
     select 'bench', 0, rowNumberInAllBlocks(), '1', 'engine', 0, {last:UInt64}, {n:UInt32}, 'cloudevents', now64(3), now64(3), '', line
     from file({file:String}, 'LineAsString', 'line String')`,
    { file, last: count - 1, n: count },
  )
  const messages = `select 'bench' as topic, toUInt16(0) as partition, '1' as epoch, rowNumberInAllBlocks() as offset, toUInt16(0) as ordinal, 'engine' as batch_id,
    'cloudevents' as format, now64(3, 'UTC') as landed_at, '' as key, line as value, line as message, '' as problem
    from file({file:String}, 'LineAsString', 'line String')`
  await warehouse.command(`insert into parsed ${parseSelect(messages)}`, { file })
}
