/** What `npm run models` prints: one line per relation or test, with where it stands among all. */
import type { BuildStep } from '#transforms/engine/history.ts'
import type { TestResult } from '#transforms/engine/data-tests.ts'
import type { UnitTestResult } from '#transforms/engine/unit-tests.ts'

export type Progress = (line: string) => void

/** Numbers lines as they come; `total` is how many there will be. */
export function createProgress(total: number): Progress {
  let done = 0
  const width = String(total).length
  return (line) => {
    done += 1
    console.log(`${String(done).padStart(width)}/${total}  ${line}`.trimEnd())
  }
}

export function stepLine({ name, kind, outcome, rows, ms, detail }: BuildStep, width: number): string {
  const count = rows === null ? '' : `${rows.toLocaleString('en')} rows`
  const time = outcome === 'built' || outcome === 'failed' ? `${Math.round(ms)} ms` : ''
  return `${(outcome === 'failed' ? 'FAILED' : outcome).padEnd(9)}  ${name.padEnd(width)}  ${kind.padEnd(12)}  ${count.padStart(16)}  ${time.padStart(9)}  ${detail}`
}

export function testLine({ name, failures, sample, ms, error }: TestResult, width: number): string {
  const verdict = error === null && failures === 0 ? 'ok' : 'FAILED'
  const shown = sample.map((row) => JSON.stringify(row)).join(' ')
  const found = error === null ? `${failures.toLocaleString('en')} rows` : 'not asked'
  return `${verdict.padEnd(9)}  ${name.padEnd(width)}  ${found.padStart(12)}  ${`${Math.round(ms)} ms`.padStart(9)}  ${error === null ? shown : reasonOf(error)}`
}

export function unitTestLine({ name, isPassed, missing, surplus, ms, error }: UnitTestResult, width: number): string {
  const rows = [...missing.map((row) => `expected ${row}`), ...surplus.map((row) => `found ${row}`)]
  const told = error === null ? rows.join('; ') : reasonOf(error)
  return `${(isPassed ? 'ok' : 'FAILED').padEnd(9)}  ${name.padEnd(width)}  ${'unit test'.padStart(12)}  ${`${Math.round(ms)} ms`.padStart(9)}  ${told}`
}

/** Whoever changes a model needs the engine's own words; they go to the terminal only. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message.split('\n')[0]?.slice(0, 400) ?? ''}` : ''
  return `${error.message}${cause}`
}

export const widest = (names: readonly string[]): number => Math.max(0, ...names.map((name) => name.length))
