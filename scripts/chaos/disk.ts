/** A file system of its own that is small enough to be filled: ext4 in a file, where mounting is permitted. */
import { execFile } from 'node:child_process'
import { mkdir, open, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const BALLAST = 'ballast'
const CHUNK = Buffer.alloc(1024 * 1024)

export type SmallDisk = { readonly path: string; close(): Promise<void> }

/** Throws where mounting is not permitted. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  const [image, path] = [join(folder, 'disk.img'), join(folder, 'disk')]
  await mkdir(path)
  await writeFile(image, '')
  await truncate(image, megabytes * 1024 * 1024)
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', image])
  await run('mount', ['-o', 'loop', image, path])
  return {
    path,
    async close() {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await run('umount', [path])
          break
        } catch (cause) {
          // Its last user may just be going.
          if (attempt === 20) throw cause
          await sleep(250)
        }
      }
      await rm(image, { force: true })
    },
  }
}

/** Whether the folder lies on another file system than the one around it. */
export async function isOwnDisk(path: string): Promise<boolean> {
  const [own, around] = await Promise.all([stat(path), stat(dirname(path))])
  return own.dev !== around.dev
}

/** Takes all space that is left; to be repeated, because the engine's merges give some back. */
export async function fillDisk(path: string): Promise<void> {
  const file = await open(join(path, BALLAST), 'a')
  try {
    for (let size = CHUNK.length; size >= 4096; ) {
      try {
        await file.write(CHUNK, 0, size)
      } catch (cause) {
        if ((cause as { code?: unknown }).code !== 'ENOSPC') throw cause
        size = Math.floor(size / 4)
      }
    }
  } finally {
    await file.close()
  }
}

export const emptyDisk = (path: string): Promise<void> => rm(join(path, BALLAST), { force: true })
