/** An import ends where there is no more room; what landed stays, and the same command goes on behind it. */
import { loadRoomLimits } from '#ingest/landing/config.ts'
import { type LandingRoom, watchRoom } from '#ingest/landing/room.ts'
import { readDisk } from '#warehouse/disk.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { note } from './note.ts'

export function roomOf(warehouse: Warehouse, env: Readonly<Record<string, string | undefined>>): Promise<LandingRoom> {
  const say = (_details: object, message: string): void => note(message)
  const log = { info: say, warn: say, error: say }
  return watchRoom({ read: () => readDisk(warehouse), limits: loadRoomLimits(env, warehouse.mode), log })
}
