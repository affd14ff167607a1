/** `npm run test:services [-- file …]`: starts the real services, runs the tests that need them, stops the services. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { startServices } from './services/all.ts'
import { ServiceError } from './services/service.ts'
import { buildPortal } from './start/portal-build.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
})

async function main(): Promise<boolean> {
  const install = spawnSync('bash', [join(root, 'scripts/services/install.sh')], { stdio: 'inherit' })
  if (install.status !== 0)
    throw new ServiceError('the services cannot be started before the packages named above are installed')
  const beganAt = performance.now()
  // Built once here: two tests that start the product at the same time would build it in each other's way.
  const [services] = await Promise.all([startServices(), buildPortal()])
  for (const { name, version, url } of services.list) console.log(`${name.padEnd(13)} ${version.padEnd(18)} ${url}`)
  console.log(`services up after ${((performance.now() - beganAt) / 1000).toFixed(1)} s\n`)
  const interrupt = (): void => void services.stop().then(() => process.exit(130))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    return await runTests(services.env)
  } finally {
    await services.stop()
  }
}

/** A test left out is a failure here: with every service up there is no reason to leave one out. */
async function runTests(env: Readonly<Record<string, string>>): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'orderlens-results-'))
  const file = join(folder, 'results.json')
  const args = [
    '--no-install',
    'vitest',
    'run',
    '--config',
    'vitest.services.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn('npx', [...args, ...process.argv.slice(2)], {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ...env },
      })
      child.once('error', reject)
      child.once('exit', resolve)
    })
    const result = resultSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const leftOut = result.numPendingTests + result.numTodoTests
    const failed = result.numFailedTests + leftOut
    if (leftOut > 0) console.error(`${leftOut} tests were left out; with the services up each must run`)
    console.log(`\n${result.numPassedTests} passed, ${failed} failed`)
    return code === 0 && failed === 0 && result.numFailedTestSuites === 0 && result.numPassedTests > 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  if (!(error instanceof ServiceError)) throw error
  console.error(`test:services: ${error.message}`)
  process.exitCode = 1
}
