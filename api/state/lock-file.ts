/** Keeps a second process out of an embedded data directory: PGlite itself lets two processes write and corrupt it. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { StateError } from './errors.ts'

/** Takes the lock or throws, naming the process that holds it. A lock whose process is gone is taken over. */
export function takeLock(file: string): { release(): void } {
  const holder = readHolder(file)
  if (holder !== null && isRunning(holder)) {
    throw new StateError(
      'LOCKED',
      `the data directory is in use by process ${holder} (${file}); stop it first, or choose another directory with ORDERLENS_DATA`,
    )
  }
  if (holder !== null) rmSync(file, { force: true })
  let handle: number
  try {
    handle = openSync(file, 'wx')
  } catch (cause) {
    throw new StateError('LOCKED', `another process has just taken ${file}; try again`, { retryable: true, cause })
  }
  writeSync(handle, `${process.pid}\n`)
  closeSync(handle)
  return { release: () => rmSync(file, { force: true }) }
}

function readHolder(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isInteger(pid) && pid > 0 ? pid : 0
  } catch {
    return null // no lock file: nobody holds it
  }
}

/** In a container the next run often has the same pid as the one that was killed: our own pid is never a holder. */
function isRunning(pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
