import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, pendingMigrations } from './migrate.ts'
import { openState, type State } from './state.ts'

const directory = mkdtempSync(join(tmpdir(), 'orderlens-state-'))
let state: State

beforeAll(async () => {
  state = await openState({ directory })
})
afterAll(() => state.close())

test('opening applies every migration once', async () => {
  expect(state.migrated).toContain('001_foundation')
  expect(await migrate(state.knex)).toEqual([])
  expect(await pendingMigrations(state.knex)).toEqual([])
})

test('a second process is kept out of the directory, and told who holds it', async () => {
  writeFileSync(join(directory, 'other.lock'), '1\n')
  const { takeLock } = await import('./lock-file.ts')
  expect(() => takeLock(join(directory, 'other.lock'))).toThrow(/in use by process 1/)
})

test('statements of others wait for an open transaction and see nothing of it before its commit', async () => {
  await state.knex.raw('create table t (a int)')
  let seen: Promise<{ a: number }[]> | undefined
  await state.knex.transaction(async (trx) => {
    await trx('t').insert({ a: 1 })
    seen = state
      .knex('t')
      .select()
      .then((rows) => rows)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await trx('t').insert({ a: 2 })
  })
  expect(await seen).toHaveLength(2)
})

test('a failed transaction leaves nothing and frees the connection', async () => {
  await expect(
    state.knex.transaction(async (trx) => {
      await trx('t').insert({ a: 3 })
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await state.knex('t').where({ a: 3 })).toEqual([])
})

test('counts, unique violations and 64-bit integers read as on a server', async () => {
  expect(await state.knex('t').where('a', '<', 9).update({ a: 9 })).toBe(2)
  expect(await state.knex('t').where({ a: 9 }).del()).toBe(2)
  await state.knex.raw('create table u (k bigint primary key)')
  await state.knex('u').insert({ k: '9007199254740993' })
  await expect(state.knex('u').insert({ k: '9007199254740993' })).rejects.toMatchObject({ code: '23505' })
  expect(await state.knex('u').first()).toEqual({ k: '9007199254740993' })
})

test('audit rows can be neither changed nor removed', async () => {
  await state.knex('audit').insert({
    seq: 1,
    at: new Date(),
    person_id: '',
    person_name: '',
    verb: 'v',
    subject: 's',
    detail: '{}',
    prev_hash: '',
    hash: 'h',
  })
  await expect(state.knex('audit').update({ verb: 'w' })).rejects.toThrow(/append-only/)
  await expect(state.knex('audit').del()).rejects.toThrow(/append-only/)
  await expect(state.knex.raw('truncate audit')).rejects.toThrow(/append-only/)
})
