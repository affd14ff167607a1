import { expect, test } from 'vitest'
import { returnTo } from './return-to.ts'

test.each([
  ['/queue?view=escalated&limit=20#top', '/queue?view=escalated&limit=20#top'],
  ['/orders/TM.1', '/orders/TM.1'],
  ['/search?q=浙江', '/search?q=%E6%B5%99%E6%B1%9F'],
  ['/boards/a?next=https://evil.test', '/boards/a?next=https://evil.test'],
])('an address within the portal stays: %s', (next, kept) => {
  expect(returnTo(next)).toBe(kept)
})

test.each([
  undefined,
  '',
  'queue',
  'https://evil.test',
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\/evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/\r\n//evil.test',
  '/.//evil.test',
  '/x/..//evil.test',
  '/%2e//evil.test',
  ' //evil.test',
  'javascript:alert(1)',
  'data:text/html,x',
  '/api/session/oidc/start',
  '/x/../api/data',
  '/ingest/events',
  'http:evil.test',
  '//[',
])('whatever leads elsewhere leads to the start: %j', (next) => {
  const kept = returnTo(next)
  expect(kept).toBe('/')
  expect(new URL(kept, 'https://lens.example').origin).toBe('https://lens.example')
})
