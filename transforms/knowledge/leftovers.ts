/** Relations that a process left behind which died, or ended, while it had worked out what was known. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { dropKnown } from './work-out.ts'

/** The embedded engine has one process, so all of another one are left behind; a server may have more that are at work. */
const LEFT_AFTER_S = { embedded: 0, server: 7_200 }

export async function dropLeftovers(warehouse: Warehouse, own: string): Promise<void> {
  const rows = await warehouse.query(
    {
      name: 'instants left behind',
      sql: `select extract(name, '__known_[0-9a-z_]+$') as ending, max(metadata_modification_time) as made_at from system.tables
        where database = {database:String} and ending != '' and not startsWith(ending, {own:String})
        group by ending having made_at < now() - toIntervalSecond({age:UInt32})`,
      row: z.object({ ending: z.string(), made_at: z.string() }),
    },
    { database: warehouse.database, own: `__known_${own}`, age: LEFT_AFTER_S[warehouse.mode] },
  )
  for (const { ending } of rows) await dropKnown(warehouse, ending)
}
