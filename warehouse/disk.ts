/** Room on the disk of the warehouse. */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from './warehouse.ts'

export type DiskRoom = { readonly free: number; readonly total: number }

/** 64-bit numbers arrive as text. */
const bytes = z.string().transform(Number)
const disks: NamedQuery<DiskRoom> = {
  name: 'room on disk',
  sql: 'select toString(free_space) as free, toString(total_space) as total from system.disks order by total_space desc limit 1',
  row: z.object({ free: bytes, total: bytes }),
}

/** Null where the engine does not tell. */
export async function readDisk(warehouse: Pick<Warehouse, 'query'>): Promise<DiskRoom | null> {
  const [disk] = await warehouse.query(disks)
  return disk ?? null
}

/** What is not free for us counts as used, whoever uses it. */
export const usedShare = ({ free, total }: DiskRoom): number => 1 - free / Math.max(1, total)
