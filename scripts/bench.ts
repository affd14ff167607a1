/**
 * `npm run bench [-- name … [--only part,…]]`: measures ratios, each within one run. Every benchmark is a script of its own in
 * scripts/bench/ and runs in its own process, because the embedded engine accepts one data folder per process.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const names = ['ingest', 'tiles', 'import', 'known', 'transforms', 'api'] as const

function run(name: string, args: readonly string[]): Promise<number> {
  const file = join(import.meta.dirname, 'bench', `${name}.ts`)
  const env = { ...process.env, UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16' }
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: 'inherit', env })
  return new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

const { positionals: asked, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } })
const unknown = asked.filter((name) => !names.some((known) => known === name))
if (unknown.length > 0) {
  console.error(`unknown benchmark: ${unknown.join(', ')}; expected one of: ${names.join(', ')}`)
  process.exit(1)
}
if (values.only !== undefined && (asked.length !== 1 || !['transforms', 'api'].includes(asked[0] ?? ''))) {
  console.error('--only names parts of one of transforms and api: npm run bench -- transforms --only a')
  process.exit(1)
}

for (const name of asked.length > 0 ? asked : names) {
  console.log(`\n── ${name} ──`)
  if ((await run(name, values.only === undefined ? [] : ['--only', values.only])) !== 0) process.exitCode = 1
}
