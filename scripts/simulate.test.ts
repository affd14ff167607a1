import { execFile } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

function simulate(...flags: string[]): Promise<Run> {
  const env = { ...process.env, KAFKA_BROKERS: '', ORDERLENS_INGEST_KEY: undefined }
  const root = path.resolve(import.meta.dirname, '..')
  return new Promise((resolve) => {
    const options = { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/simulate.ts', ...flags],
      options,
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

test('the same flags write the same lines, each an event, with progress beside them', async () => {
  const flags = ['--seed', '5', '--orders', '40', '--from', '2026-09-01', '--to', '2026-09-03']
  const [first, second] = await Promise.all([simulate(...flags), simulate(...flags)])
  expect(first.code).toBe(0)
  expect(first.stdout).toBe(second.stdout)
  const events = first.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { subject: string; specversion: string })
  expect(new Set(events.map((event) => event.subject)).size).toBe(40)
  expect(first.stderr).toMatch(/simulate: \d+ messages of 40 orders/)
})

test.each([
  [['--orders', 'many'], '--orders'],
  [['--from', 'yesterday'], '--from'],
  [['--from', '2026-09-02', '--to', '2026-09-01'], 'must be before'],
  [['--out', 'file'], '--path'],
  [['--out', 'kafka'], '--brokers'],
])('%j ends with 1 and says what is wrong', async (flags, named) => {
  const run = await simulate(...flags)
  expect(run.code).toBe(1)
  expect(run.stderr).toContain(named)
  expect(run.stderr).not.toContain('    at ')
  expect(run.stdout).toBe('')
})
