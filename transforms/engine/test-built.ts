/**
 * For tests: a warehouse of a file's own in which every model stands and nothing has landed. Planning the models takes
 * seconds, so the first file of a run that asks builds them, and each gets a copy of that folder.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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
  copyWarehouse(await builtFolder(), path)
  return openWarehouse({ mode: 'embedded', path, database: DATABASE, readers })
}

export const DATABASE = 'orderlens'

/** `store/abc/<id of a table>/<part>/…` */
const IN_A_PART = 4

/**
 * A closed warehouse once more, in a folder that is not there yet. The engine writes a file of a part once and never again, so
 * these, which are nearly all, are linked: copying thousands of them took seconds.
 */
export function copyWarehouse(from: string, to: string): void {
  const copy = (folder: string, depth: number): void => {
    mkdirSync(join(to, folder), { recursive: true })
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      const name = join(folder, entry.name)
      if (entry.isDirectory()) copy(name, depth + 1)
      else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(from, name)), join(to, name))
      else if (depth >= IN_A_PART && folder.startsWith('store')) linkSync(join(from, name), join(to, name))
      else copyFileSync(join(from, name), join(to, name))
    }
  }
  copy('', 0)
}

async function build(path: string, database: string, readers: number): Promise<Warehouse> {
  const warehouse = await openWarehouse({ mode: 'embedded', path, database, readers })
  await buildModels(warehouse, readProject())
  return warehouse
}

const builtFolder = (): Promise<string> =>
  sharedFolder('warehouse', async (path) => (await build(path, DATABASE, 1)).close())

/**
 * A folder of the run that whichever file asks first makes, for all to copy. Who asks meanwhile waits; a maker that fails
 * leaves it to the next.
 */
export async function sharedFolder(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const run = inject('runFolder')
  const made = join(run, name)
  const lock = join(run, `${name}.lock`)
  for (;;) {
    if (existsSync(made)) return made
    if (!isFirst(lock)) {
      await sleep(200)
      continue
    }
    try {
      // The one before may have been done just before the lock was free again.
      if (existsSync(made)) return made
      const path = join(mkdtempSync(join(run, 'making-')), name)
      await make(path)
      renameSync(path, made)
      return made
    } finally {
      rmdirSync(lock)
    }
  }
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}
