/** Who comes at the same time: needs a PostgreSQL with several connections. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Granted } from '../../oidc/claims.ts'
import { type State, openState } from '../../state/state.ts'
import { admit } from './external.ts'

let state: State
beforeAll(async () => {
  const databaseUrl = process.env['DATABASE_URL']
  if (databaseUrl === undefined) throw new Error('DATABASE_URL is not set: run this test by `npm run test:services`')
  state = await openState({ databaseUrl })
})
afterAll(() => state.close())

const granted = (subject: string, email: string): Granted => ({
  issuer: 'https://sso.example/',
  subject,
  email,
  name: 'Mei',
  role: 'agent',
  scope: {},
})
const come = (each: Granted) => state.knex.transaction((trx) => admit(trx, each, new Date()))

test('who comes eight times at once is one person, and of two with one address one is', async () => {
  const run = crypto.randomUUID().slice(0, 8)
  const same = await Promise.all(Array.from({ length: 8 }, () => come(granted(run, `mei.${run}@shop.example`))))
  const ids = same.map((one) => (one.kind === 'admitted' ? one.person.id : one.problem))
  expect(new Set(ids).size).toBe(1)
  expect(await state.knex('identities').where({ subject: run })).toMatchObject([{ person_id: ids[0] }])
  const others = ['a', 'b', 'c', 'd'].map((name) => granted(`${run}-${name}`, `one.${run}@shop.example`))
  const kinds = (await Promise.all(others.map(come))).map((one) => (one.kind === 'admitted' ? one.kind : one.problem))
  expect(kinds.toSorted()).toEqual(['account_exists', 'account_exists', 'account_exists', 'admitted'])
})
