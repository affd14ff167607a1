/**
 * The published description is whole and true: valid OpenAPI 3.1, every route in it, every example as its schema says and
 * accepted by the app that serves it.
 *
 * A failure names the route. What a route is called, its words and its examples stand in the `openapi.ts` of its feature.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorCodes } from '../contract/errors.ts'
import { machinePermissions } from '../contract/permissions.ts'
import type { App } from '../feature.ts'
import { aDoorWithOrder, anOrderState, type TestApp } from '../test-app.ts'
import { type Document, keyOf, operationOf } from './document.ts'
import { operations } from './operations.ts'
import { openWholeApp } from './test-whole.ts'

/** Why a route is left out of the description. */
const hidden: Readonly<Record<string, string>> = {
  'GET /*': "the portal's own files; no interface",
}

let one: TestApp
let document: Document
const registered = new Set<string>()

/** Also of routes that are registered before the description listens. */
const listen = (message: unknown) => {
  const { fastify } = message as { fastify: App }
  fastify.addHook('onRoute', ({ method, url }) => void registered.add(`${String(method)} ${url}`))
}

beforeAll(async () => {
  subscribe('fastify.initialization', listen)
  one = await openWholeApp({
    door: aDoorWithOrder(anOrderState({ order_id: 'TM.2026010500017' })),
    portalRoot: join(import.meta.dirname, '../../portal'),
  })
  unsubscribe('fastify.initialization', listen)
  await one.app.ready()
  document = one.app.swagger() as unknown as Document
})
afterAll(() => one.close())

const eachOperation = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      key: keyOf({ method: method.toUpperCase(), url: path.replaceAll(/\{([a-z_]+)\}/g, ':$1') }),
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )

test('it is valid OpenAPI 3.1', async () => {
  const found = await new Validator().validate(structuredClone(document))
  expect(found.errors).toBeUndefined()
  expect([found.valid, document.openapi]).toEqual([true, '3.1.0'])
})

test('every route is in it, or left out for a reason; nothing else is', () => {
  const described = eachOperation().map(({ key }) => key)
  const routes = [...registered].filter((key) => !key.startsWith('HEAD '))
  expect(routes.toSorted()).toEqual([...described, ...Object.keys(hidden)].toSorted())
  expect(Object.keys(operations).toSorted()).toEqual(described.toSorted())
})

test('every operation has words, a chapter, who may call it and how it can refuse', () => {
  const ids = eachOperation().map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { key, operation } of eachOperation()) {
    const { summary, tags, security, responses } = operation as typeof operation & Record<string, unknown>
    expect([key, summary, tags, security]).toEqual([
      key,
      expect.stringMatching(/^\S.{7,}/),
      [expect.any(String)],
      expect.any(Array),
    ])
    expect([key, Object.keys(responses)]).toEqual([key, expect.arrayContaining(['400', '500'])])
  }
})

test('every code that an answer can carry is told somewhere', () => {
  const told = JSON.stringify(document.components.responses)
  const untold = Object.keys(errorCodes).filter((code) => !told.includes(`\`${code}\``))
  expect(untold).toEqual([])
})

/** As strict about answers as about what is sent, so that a misspelt field of an example shows. */
function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictly)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strictly(value)]))
  return 'properties' in inner && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner
}

test('every body and every answer has an example, and it is as its schema says', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'api', components: { schemas: strictly(document.components.schemas) } })
  for (const { key, operation } of eachOperation()) {
    const answers = Object.entries(operation.responses).flatMap(([status, response]) =>
      'content' in response ? Object.entries(response.content ?? {}).map((one) => [status, ...one] as const) : [],
    )
    const bodies = Object.entries(operation.requestBody?.content ?? {}).map((one) => ['body', ...one] as const)
    for (const [where, type, media] of [...bodies, ...answers]) {
      const isBinary = !type.includes('json') && !type.startsWith('text/')
      const examples = Object.values(media.examples ?? {})
      expect([key, where, type, isBinary || examples.length > 0]).toEqual([key, where, type, true])
      const text = JSON.stringify(strictly(media.schema)).replaceAll('"#/', '"api#/')
      const check = ajv.compile(JSON.parse(text) as object)
      for (const { value } of examples) {
        check(value)
        expect([key, where, type, check.errors ?? []]).toEqual([key, where, type, []])
      }
    }
  }
})

test('what the examples ask is understood by the app that serves it', async () => {
  for (const { key, method, path, operation } of eachOperation()) {
    const route = { method, url: key.slice(method.length + 1) }
    const { parameters = {}, headers = {}, body } = operationOf(route) ?? {}
    const given = Object.entries(parameters).flatMap(([name, { example }]) =>
      example === undefined ? [] : [[name, String(example)] as const],
    )
    const values = Object.fromEntries(given)
    const inQuery = (operation.parameters ?? []).filter((one) => one.in === 'query' && one.name in values)
    const query = new URLSearchParams(inQuery.map(({ name }) => [name, values[name] ?? '']))
    const url = path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
    if (key === 'DELETE /api/session' || key === 'GET /api/live') continue // ends the session; never ends
    const reply = await one.app.inject({
      method: method as 'GET',
      url: `${url}?${query.toString()}`,
      headers: {
        // Signing in again would end the session of this test.
        ...(key === 'POST /api/session' ? {} : await one.as('admin')),
        ...Object.fromEntries(Object.entries(headers).flatMap(([n, h]) => ('example' in h ? [[n, h.example]] : []))),
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    const code = reply.statusCode < 400 ? 'understood' : (reply.json() as { code: string }).code
    // Nothing stands behind this app: what is looked for is missing, but what is asked is not refused.
    expect([key, code]).toEqual([
      key,
      expect.stringMatching(/^(understood|not_found|action_refused|conflict|ingest_key_refused)$/),
    ])
  }
})

const guide = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')

/** Commands of the guide: continued lines are one, and comments are none of it. */
const commands = [...guide.matchAll(/^curl (?:.*\\\n)*.*$/gm)].map(([text]) => text.replaceAll(/\\\n\s*/g, ' '))

test.each(commands)('the guide: %s', async (command) => {
  const url = /"\$URL([^"]+)"/.exec(command)?.[1] ?? ''
  const payload = / -d '([^']+)'/.exec(command)?.[1]
  const headers = [...command.matchAll(/ -H '([\w-]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value])
  const { cookie, ...csrf } = await one.as('admin')
  const key = command.includes('"authorization: Bearer $KEY"')
    ? await one.keyOf('admin', { permissions: [...machinePermissions] })
    : {}
  const needsToken = payload !== undefined && command.includes(' -b ')
  expect([command, command.includes('x-csrf-token: $TOKEN')]).toEqual([command, needsToken])
  if (url === '/api/live') return // an answer without an end
  const reply = await one.app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url,
    headers: {
      ...Object.fromEntries(headers),
      ...key,
      ...(command.includes(' -b ') && { cookie }),
      ...(needsToken && csrf),
    },
    ...(payload !== undefined && { payload }),
  })
  expect([reply.statusCode, reply.body]).toEqual([expect.toSatisfy((is: number) => is < 300 || is === 304), reply.body])
})

test('the guide says of every code what to do, with its status', () => {
  const rows = [...guide.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  expect(Object.fromEntries(rows)).toEqual(errorCodes)
})
