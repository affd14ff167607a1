/** Derives single landed messages again and marks as cured what no longer fails. Doing it twice changes nothing. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { derive, rangesSelection } from './derive.ts'
import { engineInstant, listBatches } from './ledger.ts'
import type { Derivation } from './relations.ts'

export type MessagePlace = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly offset: bigint
  readonly format: string
}

/** A statement names each place that has no neighbour; this many make it long but not too long. */
const AT_ONCE = 500

/**
 * Places of formats that cannot be derived from here (a set of files that is mapped as a whole) are left as they are.
 * `batchId` names what is derived as a batch of its own, which is listed for the ticks at the end.
 */
export async function rederive(
  warehouse: Warehouse,
  derivations: ReadonlyMap<string, Derivation>,
  places: readonly MessagePlace[],
  batchId: string,
  nowMs: number = Date.now(),
): Promise<void> {
  for (const [format, derivation] of derivations) {
    const own = places.filter((place) => place.format === format)
    for (let at = 0; at < own.length; at += AT_ONCE) {
      const selection = rangesSelection(
        own.slice(at, at + AT_ONCE).map((place) => ({ ...place, first: place.offset, last: place.offset })),
      )
      const startedAt = engineInstant(Date.now())
      await derive(warehouse, derivation, selection, batchId)
      await warehouse.command(
        `insert into dead_letters (topic, partition, epoch, offset, ordinal, batch_id, format, reason, detail, path, key, value, landed_at, derived_at, is_cured)
         select topic, partition, epoch, offset, ordinal, batch_id, format, reason, detail, path, key, value, landed_at, now64(3, 'UTC'), 1
         from (select * from dead_letters final where ${selection.where}) where is_cured = 0 and derived_at < toDateTime64({started:String}, 3, 'UTC')`,
        { ...selection.params, started: startedAt },
      )
    }
  }
  await listBatches(warehouse, [
    {
      batchId,
      topic: 'replay',
      partition: 0,
      epoch: '',
      format: 'replay',
      first: 0n,
      last: 0n,
      rows: places.length,
      landedAtMs: nowMs,
    },
  ])
}
