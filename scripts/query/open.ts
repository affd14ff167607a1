/** The warehouse for commands that only ask. An embedded one may never have been started: its relations are made then. */
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export async function openForReading(env: Record<string, string | undefined>): Promise<Warehouse> {
  const warehouse = await openWarehouse(loadWarehouseConfig(env))
  try {
    if (warehouse.mode === 'embedded') await buildModels(warehouse, readProject())
    return warehouse
  } catch (error) {
    await warehouse.close()
    throw error
  }
}
