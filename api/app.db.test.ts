import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import type { App } from './feature.ts'
import { openState, type State } from './state/state.ts'

let state: State
let app: App

beforeAll(async () => {
  state = await openState({})
  app = await buildApp({ config: loadConfig({}), state, portalRoot: null, log: null })
})
afterAll(async () => {
  await app.close()
  await state.close()
})

test('health is open, metrics are not', async () => {
  expect((await app.inject('/livez')).json()).toEqual({ status: 'ok' })
  expect((await app.inject('/readyz')).statusCode).toBe(200)
  expect((await app.inject('/metrics')).statusCode).toBe(401)
})
