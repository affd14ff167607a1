import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('defaults are an embedded installation on this machine only, with demo people', () => {
  expect(loadConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4200,
    demo: true,
    secure: false,
    databaseUrl: null,
    admin: null,
    ingestKeys: [],
  })
})

test('an empty variable is one that is not set', () => {
  expect(loadConfig({ API_PORT: '', DATABASE_URL: '' })).toEqual(loadConfig({}))
})

test('a database or an admin of its own ends the demo', () => {
  expect(loadConfig({ DATABASE_URL: 'postgres://u@h/d' }).demo).toBe(false)
  expect(loadConfig({ API_ADMIN_EMAIL: 'a@b.cd', API_ADMIN_PASSWORD: 'twelve chars!' }).demo).toBe(false)
})

test('every bad variable is named at once, and no value is quoted', () => {
  const bad = () =>
    loadConfig({
      API_PORT: 'many',
      API_PUBLIC_URL: 'ftp://secret-host',
      INGEST_API_KEYS: 'erp:short-secret',
      DATABASE_URL: 'mysql://u:hunter2@h/d',
    })
  expect(bad).toThrow(/API_PORT: .*API_PUBLIC_URL: .*INGEST_API_KEYS: .*DATABASE_URL: /)
  expect(bad).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/many|secret|hunter2/) }))
})

test('an admin needs both e-mail and password', () => {
  expect(() => loadConfig({ API_ADMIN_EMAIL: 'a@b.cd' })).toThrow('set both or neither')
})

test('ingest keys have names', () => {
  const key = 'k'.repeat(24)
  expect(loadConfig({ INGEST_API_KEYS: ` erp:${key} , wms:${key}x` }).ingestKeys).toEqual([
    { name: 'erp', key },
    { name: 'wms', key: `${key}x` },
  ])
})
