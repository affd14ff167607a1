/** Every route of the app, called as every role: who has the permission is let through, who has not is refused. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Permission, machinePermissions, may, permissions, roles } from './contract/permissions.ts'
import type { Policy } from './feature.ts'
import { type TestApp, openTestApp } from './test-app.ts'

let one: TestApp
beforeAll(async () => {
  one = await openTestApp()
})
afterAll(() => one.close())

const permissionOf = (policy: Policy): Permission | null =>
  policy === 'operations' ? 'data.operate' : policy === 'signed_in' ? null : (policy as Permission)

test('every role is let through where it has the permission, and nowhere else', async () => {
  const wrong: string[] = []
  let cases = 0
  for (const { method, url, policy } of one.app.policies) {
    // Streams that do not end, and the session that the others need.
    if (policy === 'public' || policy === 'ingest' || url === '/api/live' || url === '/api/session') continue
    // Without an order, the audit is for some only, by a permission the handler asks for.
    const address = url === '/api/audit' ? '/api/audit?order_id=x' : url.replaceAll(/:\w+/g, 'x')
    const ask = (headers: Record<string, string>) =>
      one.app.inject({
        method: method as 'GET',
        url: address,
        headers,
        ...(method !== 'GET' && method !== 'HEAD' && { payload: {} }),
      })
    const nobody = await ask({})
    if (nobody.statusCode !== 401) wrong.push(`${method} ${url}: nobody got ${nobody.statusCode}`)
    for (const role of roles) {
      const permission = permissionOf(policy)
      const { statusCode } = await ask(await one.as(role))
      const isRefused = statusCode === 403
      const isRight = isRefused === (permission !== null && !may({ role }, permission)) && statusCode < 500
      if (!isRight) wrong.push(`${method} ${url}: ${role} got ${statusCode}`)
      cases += 1
    }
  }
  expect(wrong).toEqual([])
  expect(cases).toBeGreaterThan(200)
})

/** What keys may call that is more than reading: the questions that are asked by POST, files, and actions. */
const askedByKeys = [
  'POST /api/drill',
  'POST /api/drill/export',
  'POST /api/explain',
  'POST /api/metrics/query',
  'POST /api/orders/:order_id/actions',
  'POST /api/spikes',
]
/** What needs no permission of its own and is open to keys all the same. */
const openToKeys = ['GET /api/openapi.json', 'HEAD /api/openapi.json']

test('a key is let through where it has the permission and the route is for machines, and nowhere else', async () => {
  const all = await one.keyOf('admin', { permissions: [...machinePermissions] })
  const reading = await one.keyOf('admin')
  const changing = one.app.policies.filter(({ method, keys }) => keys && !['GET', 'HEAD'].includes(method))
  expect(changing.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(askedByKeys)
  const wrong: string[] = []
  let refused = 0
  for (const { method, url, policy } of one.app.policies) {
    if (policy === 'public' || policy === 'ingest' || url === '/api/live') continue
    const route = `${method} ${url}`
    const isRead = method === 'GET' || method === 'HEAD'
    const isForMachines =
      openToKeys.includes(route) ||
      askedByKeys.includes(route) ||
      (isRead && machinePermissions.some((permission) => permission === policy))
    for (const [headers, given] of [
      [all, machinePermissions],
      [reading, ['orders.read']],
    ] as const) {
      const reply = await one.app.inject({
        method: method as 'GET',
        url: url === '/api/audit' ? '/api/audit?order_id=x' : url.replaceAll(/:\w+/g, 'x'),
        headers,
        ...(!isRead && { payload: {} }),
      })
      const needed = permissionOf(policy)
      const expected = !isForMachines
        ? 'people_only'
        : needed === null || (given as readonly string[]).includes(needed)
          ? undefined
          : 'key_permission_needed'
      const reason = reply.statusCode === 403 && method !== 'HEAD' ? reply.json<{ reason: string }>().reason : undefined
      const isRight =
        reply.statusCode < 500 &&
        (reply.statusCode === 403) === (expected !== undefined) &&
        (method === 'HEAD' || reason === expected)
      if (!isRight) wrong.push(`${route}: ${reply.statusCode} ${reason} instead of ${expected}`)
      if (expected !== undefined) refused += 1
    }
  }
  expect(wrong).toEqual([])
  expect(refused).toBeGreaterThan(50)
})

test('every permission is some role’s and, of what the app does, asked for somewhere', () => {
  const asked = new Set([
    ...one.app.policies.map(({ policy }) => policy as string),
    // Asked within a handler, which answers differently.
    'orders.cancel',
    'payments.refund',
    'audit.read',
    'reports.manage',
  ])
  expect(permissions.filter((permission) => !asked.has(permission))).toEqual([])
})
