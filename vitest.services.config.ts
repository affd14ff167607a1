import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

process.env['UV_THREADPOOL_SIZE'] ??= '16'

/** What takes longest begins first, so that nothing is left that runs alone. */
const LONGEST = ['scripts/chaos/proof.e2e.test.ts', 'scripts/services/chain.e2e.test.ts']

class LongestFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return rank < 0 ? LONGEST.length : rank
    }
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

/**
 * Tests on real services. Run by `npm run test:services`, which starts the services first. All of them mostly wait and run two
 * at a time: each on topics and tables of its own, those that kill on a broker and a warehouse of their own.
 */
export default defineConfig({
  test: {
    include: ['**/*.e2e.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.data/**'],
    globalSetup: ['transforms/engine/test-run.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirstSequencer },
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
