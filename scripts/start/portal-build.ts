/** Builds the portal when its sources changed since the last build. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const INPUTS = [
  'portal',
  'dashboards/charts',
  'dashboards/board.ts',
  'api/contract',
  'transforms/query/contribution.ts',
  'transforms/query/request.ts',
  'vite.config.ts',
  'package-lock.json',
]
export const PORTAL_ROOT = resolve('dist/portal')
const STAMP = resolve('dist/portal.stamp')

export async function buildPortal(): Promise<'built' | 'unchanged'> {
  const hash = hashOf(INPUTS)
  const isCurrent =
    existsSync(join(PORTAL_ROOT, 'index.html')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash
  if (isCurrent) return 'unchanged'
  await runVite()
  writeFileSync(STAMP, hash)
  return 'built'
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const files = path.includes('.')
      ? [path]
      : readdirSync(path, { recursive: true, encoding: 'utf8' })
          .map((file) => join(path, file))
          .sort()
    for (const file of files) if (/\.\w+$/.test(file)) hash.update(file).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** A process of its own: its memory is gone when the build is done, and the start goes on beside it. */
function runVite(): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)))
    child.stderr.on('data', (chunk: Buffer) => (output += String(chunk)))
    child.on('error', fail)
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`the portal could not be built:\n${output}`))))
  })
}
