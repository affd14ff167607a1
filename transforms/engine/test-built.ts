/**
 * For tests: a warehouse of a file's own in which every model stands and nothing has landed. Planning the models takes
 * seconds, so the first file of a run that asks builds them, and each gets a copy of that folder.
 */
import { cpSync, existsSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildModels } from './build.ts'
import { readProject } from './project.ts'

export type BuiltOptions = {
  /** A folder that is not there yet; who gives it removes it. */
  readonly path: string
  readonly readers?: number
  /** A second database, in a folder in which there is one already: a process has one folder. It is built on the spot. */
  readonly database?: string
}

export async function openBuiltWarehouse({ path, readers = 2, database }: BuiltOptions): Promise<Warehouse> {
  if (database !== undefined) return build(path, database, readers)
  cpSync(await builtFolder(), path, { recursive: true, verbatimSymlinks: true })
  return openWarehouse({ mode: 'embedded', path, database: DATABASE, readers })
}

const DATABASE = 'orderlens'

async function build(path: string, database: string, readers: number): Promise<Warehouse> {
  const warehouse = await openWarehouse({ mode: 'embedded', path, database, readers })
  await buildModels(warehouse, readProject())
  return warehouse
}

async function builtFolder(): Promise<string> {
  const run = inject('runFolder')
  const built = join(run, 'warehouse')
  if (existsSync(built)) return built
  const path = join(mkdtempSync(join(run, 'building-')), 'warehouse')
  await (await build(path, DATABASE, 1)).close()
  try {
    renameSync(path, built)
  } catch (error) {
    // Another file was as far a moment ago; what it built is the same.
    if (!existsSync(built)) throw error
  }
  return built
}
