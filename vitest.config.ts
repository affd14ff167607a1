import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// libuv reads this when a worker process starts: every running query of the embedded engine holds one thread.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

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
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
