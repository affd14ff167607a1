import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../feature.ts'
import { registerErrors } from './errors.ts'
import { registerPortal } from './portal.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-portal-'))
const root = join(folder, 'portal')
mkdirSync(join(root, 'assets'), { recursive: true })
writeFileSync(join(root, 'index.html'), '<title>Orderlens</title>')
writeFileSync(join(root, 'assets', 'main-1a2b.js'), 'export {}')
writeFileSync(join(folder, 'secret.txt'), 'secret')

async function openPortal(of: string | null): Promise<App> {
  const app: App = Fastify().withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  registerErrors(app)
  await app.register(rateLimit, { global: false })
  await registerPortal(app, { root: of })
  return app
}
let app: App
beforeAll(async () => {
  app = await openPortal(root)
})
afterAll(() => app.close())

test('every address of the portal is its one page, asked for anew each time', async () => {
  for (const url of ['/', '/orders/TM.2026', '/boards/overview?from=a.b']) {
    const reply = await app.inject(url)
    expect([url, reply.statusCode, reply.headers['cache-control'], reply.body]).toEqual([
      url,
      200,
      'no-cache',
      '<title>Orderlens</title>',
    ])
  }
})

test('built files are kept for ever, missing ones are missing', async () => {
  const reply = await app.inject('/assets/main-1a2b.js')
  expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect((await app.inject('/assets/gone-0000.js')).statusCode).toBe(404)
})

test('an unknown address of the API is no page', async () => {
  const reply = await app.inject('/api/nowhere')
  expect([reply.statusCode, reply.json().code]).toEqual([404, 'not_found'])
})

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '//secret.txt',
  '/\\..\\secret.txt',
])('%s does not lead out of the folder', async (url) => {
  const reply = await app.inject(url)
  expect(reply.body).not.toBe('secret')
})

test('a portal that is not built says how to build it', async () => {
  const bare = await openPortal(null)
  const reply = await bare.inject('/')
  expect([reply.statusCode, reply.body]).toEqual([503, 'The portal is not built yet. Run: npm run build\n'])
  await bare.close()
})
