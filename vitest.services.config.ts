import { defineConfig } from 'vitest/config'

process.env['UV_THREADPOOL_SIZE'] ??= '16'

const CHAOS = 'scripts/chaos/**/*.e2e.test.ts'
const exclude = ['**/node_modules/**', 'dist/**', '.data/**']

/**
 * Tests on real services. Run by `npm run test:services`, which starts the services first. All of
 * them mostly wait and run two at a time: the services' on topics and tables of their own, then those that kill, each on a
 * broker and a warehouse of its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'services',
          include: ['**/*.e2e.test.ts'],
          exclude: [...exclude, CHAOS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'chaos', include: [CHAOS], exclude, maxWorkers: 2, sequence: { groupOrder: 1 } } },
    ],
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
