/** Every route of the app, called as every role: who has the permission is let through, who has not is refused. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Permission, may, permissions, roles } from './contract/permissions.ts'
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
