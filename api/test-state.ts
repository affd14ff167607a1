/**
 * For tests: an embedded state of a file's own, with the demo people. Making a database takes seconds, so the first file of a
 * run that asks makes one, and each gets a copy.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedFolder } from '#transforms/engine/test-built.ts'
import { createPeople } from './features/people/people.ts'
import { seedPeople } from './features/people/seed.ts'
import { type State, openState } from './state/state.ts'

export async function openTestState(): Promise<State> {
  const made = await sharedFolder('state', async (path) => {
    const state = await openState({ directory: path })
    await seedPeople(createPeople(state.knex), { demo: true, admin: null })
    await state.close()
  })
  const directory = mkdtempSync(join(tmpdir(), 'orderlens-state-'))
  cpSync(made, directory, { recursive: true })
  const state = await openState({ directory })
  return {
    ...state,
    async close() {
      await state.close()
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
