import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// libuv reads this when a worker process starts: every running query of the embedded engine holds one thread.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

/** Files that share a store which one of them has to make first are not begun together, or the others would only wait. */
class SharedStoreSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const sharing = sorted.filter(({ moduleId }) => readFileSync(moduleId, 'utf8').includes('openTestStore('))
    const followers = new Set(sharing.slice(1))
    const others = sorted.filter((file) => !followers.has(file))
    const late = Math.floor(others.length / 8)
    return [...others.slice(0, late), ...followers, ...others.slice(late)]
  }
}

/** `x.test.ts` is pure, `x.db.test.ts` opens an embedded engine. `x.e2e.test.ts` belongs to vitest.services.config.ts. */
export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.data/**', '**/*.e2e.test.ts'],
    globalSetup: ['transforms/engine/test-run.ts'],
    // The embedded engine accepts one data directory per process, so a file never shares its process.
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    sequence: { sequencer: SharedStoreSequencer },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
