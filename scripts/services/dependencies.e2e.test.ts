/** The advisories of what is installed in production, as the registry knows them today. */
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const reportSchema = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.int(), critical: z.int() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
})

/** npm ends with an error both when there are advisories and when it cannot ask. */
const ask = (): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 50_000_000, timeout: 60_000 }
    execFile('npm', ['audit', '--omit=dev', '--json'], options, (_error, stdout) => resolve(stdout))
  })

test('nothing installed in production has an advisory of high or critical severity', async (context) => {
  const report = reportSchema.safeParse(JSON.parse((await ask()) || '{}'))
  if (!report.success) return context.skip('this registry does not answer questions about advisories')
  const { vulnerabilities } = report.data
  const grave = Object.entries(vulnerabilities).filter(([, { severity }]) => ['high', 'critical'].includes(severity))
  expect(grave).toEqual([])
})
