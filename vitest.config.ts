import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// libuv reads this when a worker process starts: every running query of the embedded engine holds one thread.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

/** What takes longest begins first, so that nothing is left that runs alone; the others go by their size. */
const LONGEST = [
  'transforms/query/ask.db.test.ts',
  'transforms/query/interference.db.test.ts',
  'scripts/house/marks.db.test.ts',
  'transforms/engine/rebuild.db.test.ts',
  'scripts/house/incidents.db.test.ts',
  'transforms/knowledge/known.db.test.ts',
  'transforms/knowledge/knowledge.db.test.ts',
  'transforms/days/keeper.db.test.ts',
  'transforms/models/anomalies/families.db.test.ts',
  'scripts/house/detection-time.db.test.ts',
]

/**
 * Files that share a store which one of them has to make first are not begun together, or the others would only wait. Files that
 * may share a process come last and side by side, because it goes when another kind is next.
 */
class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return rank < 0 ? LONGEST.length : rank
    }
    const sorted = (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
    const [together, alone] = [true, false].map((shares) =>
      sorted.filter(({ project }) => (project.config.isolate === false) === shares),
    ) as [TestSpecification[], TestSpecification[]]
    const sharing = alone.filter(({ moduleId }) => readFileSync(moduleId, 'utf8').includes('openTestStore('))
    const followers = new Set(sharing.slice(1))
    const others = alone.filter((file) => !followers.has(file))
    const late = Math.floor(others.length / 8)
    return [...others.slice(0, late), ...followers, ...others.slice(late), ...together]
  }
}

const ENGINES = ['**/*.db.test.ts']
/** They have a document, and stand-ins for modules. */
const SCREENS = ['portal/components/**/*.test.ts', 'portal/stores/*.test.ts']
const NOWHERE = ['**/node_modules/**', 'dist/**', '.data/**', '.cache/**', '**/*.e2e.test.ts']

/** `x.test.ts` is pure, `x.db.test.ts` opens an embedded engine. `x.e2e.test.ts` belongs to vitest.services.config.ts. */
export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: Sequencer },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'engines',
          include: ENGINES,
          exclude: NOWHERE,
          globalSetup: ['transforms/engine/test-run.ts'],
          // The embedded engine accepts one data directory per process, so a file never shares its process.
          isolate: true,
        },
      },
      { extends: true, test: { name: 'screens', include: SCREENS, exclude: NOWHERE, isolate: true } },
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['**/*.test.ts'],
          exclude: [...NOWHERE, ...ENGINES, ...SCREENS],
          // Loading what they test takes longer than testing it, so they share two processes.
          isolate: false,
        },
      },
    ],
  },
})
