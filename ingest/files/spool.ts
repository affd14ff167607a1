/** A folder beside the data for what is fetched and unpacked, removed at the end; what a killed run left is removed too. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

export type Spool = {
  readonly folder: string
  /** A path for a new file. */
  next(ending: string): string
  close(): Promise<void>
}

export async function openSpool(parent: string): Promise<Spool> {
  await mkdir(parent, { recursive: true })
  for (const name of await readdir(parent)) {
    const owner = /^import-(\d+)-/.exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(parent, name), { recursive: true, force: true })
  }
  const folder = await mkdtemp(join(parent, `import-${process.pid}-`))
  let n = 0
  return {
    folder,
    next: (ending) => join(folder, `${(n += 1)}.${ending}`),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as { code?: unknown }).code === 'EPERM'
  }
}
