/** Schemathesis reads the API's description and tries to break the app that gave it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '#api/test-app.ts'
import { installPython } from './python.ts'
import { runProgram } from './service.ts'

const PACKAGES = ['schemathesis==4.32.5'] as const
/** For each operation. Its systematic phase takes a minute and more, and is what the app's own made-up requests do. */
const MOST_EXAMPLES = 20

const folder = mkdtempSync(join(tmpdir(), 'orderlens-schemathesis-'))
let program: string
let one: TestApp
let address: string

beforeAll(async () => {
  program = await installPython('schemathesis', PACKAGES)
  one = await openTestApp()
  address = await one.app.listen({ host: '127.0.0.1', port: 0 })
}, 600_000)
afterAll(async () => {
  await one.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What it prints, whether it is content or not. */
async function attack(document: object): Promise<{ ok: boolean; text: string }> {
  const path = join(folder, 'openapi.json')
  writeFileSync(path, JSON.stringify(document))
  const headers = Object.entries(await one.as('admin')).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  const args = [
    'run',
    path,
    '--url',
    address,
    '--phases',
    'examples,fuzzing',
    '--checks',
    'not_a_server_error,response_schema_conformance',
    '--max-examples',
    String(MOST_EXAMPLES),
    '--seed',
    '1',
    '--no-color',
    // Streams have no end, and whoever signs out is out.
    '--exclude-path',
    '/api/live',
    '--exclude-path-regex',
    '^/api/session',
    ...headers,
  ]
  const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 50_000_000 }
  return runProgram(program, args, options).then(
    (text) => ({ ok: true, text }),
    (error: { cause?: { stdout?: string }; message: string }) => ({
      ok: false,
      text: error.cause?.stdout ?? error.message,
    }),
  )
}

/** As somebody who gets through everywhere; other roles are the matter of the app's own made-up requests. */
test('it finds no fault', async () => {
  const outcome = await attack(one.app.swagger())
  if (!outcome.ok) console.error(outcome.text.slice(-20_000))
  expect(outcome.ok).toBe(true)
  expect(Number(/([\d,]+) generated/.exec(outcome.text)?.[1]?.replaceAll(',', ''))).toBeGreaterThan(500)
})
