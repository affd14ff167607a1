import { defineConfig } from 'vitest/config'

process.env['UV_THREADPOOL_SIZE'] ??= '16'

/** Tests on real services. Run by `npm run test:services`, which starts the services first. */
export default defineConfig({
  test: {
    include: ['**/*.e2e.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.data/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
