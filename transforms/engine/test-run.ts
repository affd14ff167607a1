/** For vitest: a folder of the run, for what its files would otherwise make each for itself. It goes when the run ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    runFolder: string
  }
}

const folder = mkdtempSync(join(tmpdir(), 'orderlens-run-'))

export function setup(project: TestProject): void {
  project.provide('runFolder', folder)
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
