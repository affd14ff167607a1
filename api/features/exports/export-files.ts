/** The files of exports in a folder of ours: named by ids, written under another name until they are whole. */
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export type ExportFiles = ReturnType<typeof createExportFiles>

/** Left to everything else on the disk. */
const RESERVE_BYTES = 256 * 1_048_576
const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.([0-9a-f-]{36}))?$/

export class DiskFullError extends Error {
  readonly code = 'ENOSPC'
}

export function createExportFiles(directory: string, freeBytes = () => freeBytesAt(directory)) {
  const pathOf = (id: string): string => join(directory, id)
  return {
    async refuseFullDisk(): Promise<void> {
      await mkdir(directory, { recursive: true })
      if ((await freeBytes()) < RESERVE_BYTES) throw new DiskFullError('the disk for exports is full')
    },
    /** Writes what comes under a name of `attempt`; the file is there when all of it is on the disk, or not at all. */
    async write(id: string, attempt: string, chunks: AsyncIterable<Uint8Array>): Promise<{ keep(): Promise<void> }> {
      const path = `${pathOf(id)}.${attempt}`
      const file = await open(path, 'w', 0o600)
      try {
        for await (const chunk of chunks) await file.writeFile(chunk)
        await file.sync()
      } catch (cause) {
        await file.close()
        await rm(path, { force: true })
        throw cause
      }
      await file.close()
      return { keep: () => rename(path, pathOf(id)) }
    },
    async size(id: string): Promise<number | null> {
      const found = await stat(pathOf(id)).catch(() => null)
      return found?.size ?? null
    },
    read: (id: string, from: number, to: number): Readable => createReadStream(pathOf(id), { start: from, end: to }),
    remove: (id: string): Promise<void> => rm(pathOf(id), { force: true }),
    /** Files, and beginnings of some by an attempt, with how to remove each. */
    async list(): Promise<{ id: string; attempt: string | null; remove: () => Promise<void> }[]> {
      const names = await readdir(directory).catch(() => [])
      return names.flatMap((name) => {
        const [, id, attempt] = NAME.exec(name) ?? []
        if (id === undefined) return []
        return [{ id, attempt: attempt ?? null, remove: () => rm(join(directory, name), { force: true }) }]
      })
    },
  }
}

async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}
