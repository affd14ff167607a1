/** The one writer of `raw_events`, and what follows from it: batches land, durable, and are derived beside that. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Deriver, type DeriverLog, type DeriverStep, createDeriver } from './derive/deriver.ts'
import { derivations } from './derive/relations.ts'
import { installDerivation } from './derive/statements.ts'
import { type LandedBatch, type Lander, type LanderOptions, type LandingStep, createLander } from './landing/lander.ts'
import { registeredMappings } from './files/mapping.ts'
import type { LandingRoom } from './landing/room.ts'
import { createRawStore } from './landing/store.ts'
import type { Mapping } from './mappings/mapping.ts'

export { BLOCK } from './landing/lander.ts'
export type { LandedBatch } from './landing/lander.ts'

export type Landing = Lander & {
  /**
   * The first offset of a stream that is not landed yet, null when nothing of it is; this process reads the stream from now
   * on, and derives what the one before it may have left underived.
   */
  takeOver(topic: string, partition: number, epoch: string): Promise<bigint | null>
  /** Resolves when everything landed so far is derived and listed for the ticks. */
  settled(): Promise<void>
  waiting: Deriver['waiting']
  /** Declares batches of a format that is mapped as a whole, so that ticks take them up. */
  list(batchIds: readonly string[]): Promise<void>
  /** Batches of a format whose mapping was never declared done, oldest first. */
  unlisted(formatPrefix: string): Promise<string[]>
  /** Ends the derivation that is running. To be called before the warehouse closes. */
  close(): Promise<void>
}

export type LandingOptions = Omit<LanderOptions, 'trace'> & {
  readonly log?: DeriverLog
  /** Says whether there is room; without it there always is. */
  readonly room?: Pick<LandingRoom, 'require'>
  /** Mappings beside those that come with the product. */
  readonly mappings?: readonly Mapping[]
  readonly trace?: (step: LandingStep | DeriverStep) => void
}

/** Installs the derivation, takes up what a crash left underived, and returns the writer. */
export async function createLanding(warehouse: Warehouse, options: LandingOptions = {}): Promise<Landing> {
  await installDerivation(warehouse)
  const { log, now, trace } = options
  const lander = createLander(createRawStore(warehouse), options)
  let underWay = 0
  const deriver = createDeriver(warehouse, {
    isMoreComing: () => underWay > 0,
    derivations: derivations([...(await registeredMappings(warehouse)), ...(options.mappings ?? [])]),
    ...(log && { log }),
    ...(now && { now }),
    ...(trace && { trace }),
  })
  await deriver.sweep(0)
  return {
    lastOffset: lander.lastOffset,
    async takeOver(topic, partition, epoch) {
      deriver.adopt({ topic, partition, epoch })
      const last = await lander.lastOffset(topic, partition, epoch)
      return last === null ? null : last + 1n
    },
    async land(batch, signal) {
      options.room?.require()
      underWay += 1
      try {
        const landed: LandedBatch[] = await lander.land(batch, signal)
        deriver.push(landed)
        return landed
      } finally {
        underWay -= 1
      }
    },
    settled: deriver.settled,
    waiting: deriver.waiting,
    close: deriver.close,
    async list(batchIds) {
      if (batchIds.length === 0) return
      await warehouse.command(
        `insert into landed_batches (batch_id, topic, partition, epoch, format, range_first, range_last, range_n, landed_at)
         select batch_id, any(topic), any(partition), any(epoch), any(format), any(range_first), any(range_last), any(range_n), any(landed_at)
         from raw_events where batch_id in {batches:Array(String)} group by batch_id`,
        { batches: [...batchIds] },
      )
    },
    async unlisted(formatPrefix) {
      const rows = await warehouse.query(unlistedOf, { prefix: formatPrefix })
      return rows.map((row) => row.batch_id)
    },
  }
}

const unlistedOf = {
  name: 'batches not listed',
  sql: `select batch_id from raw_events
    where startsWith(format, {prefix:String}) and batch_id not in (select batch_id from landed_batches)
    group by batch_id order by min(landed_at), min(range_first)`,
  row: z.object({ batch_id: z.string() }),
}
