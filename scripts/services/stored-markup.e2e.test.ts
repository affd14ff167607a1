/**
 * Texts that came from outside are texts on every screen: orders whose every free field holds a harmful one, and the names,
 * titles and notes that people give, looked at in Chromium. Nothing of them runs, nothing becomes an element, and the
 * content security policy, the second belt, is never needed.
 */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type Page, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventContracts, orderSubject, parseEnvelope } from '#ingest/contracts/index.ts'
import { waitUntilShown } from './accessibility.ts'
import { CHROMIUM_FLAGS } from './chromium.ts'
import { startEmbedded } from './embedded.ts'
import { type Running, freePort } from './service.ts'
import { harmfulTexts } from './stored-markup.ts'

const ORDERS = 12
const KEY = 'a-key-for-stored-markup-tests'
const admin = { email: 'admin@markup.test', password: 'nothing-of-this-may-run' }
const folder = mkdtempSync(join(tmpdir(), 'orderlens-markup-'))
const harm: string[] = []
const planted = new Set<string>()
let product: Running
let browser: Browser
let page: Page
let address: string
let csrf: string

beforeAll(async () => {
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  const settings = { INGEST_API_KEYS: `markup:${KEY}`, TRANSFORMS_TICK_MS: '500' }
  product = await startEmbedded({ folder, port, admin, roles: 'ingest,transforms,api,jobs', settings })
  await plantEvents()
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '', args: [...CHROMIUM_FLAGS] })
  page = await browser.newPage({ locale: 'en-US', viewport: { width: 1_400, height: 1_000 } })
  await watch(page)
  await signIn()
  await plantWritten()
})
afterAll(async () => {
  await browser?.close()
  await product?.end()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('every harmful text stands in a field that came from outside', () => {
  expect(harmfulTexts.length).toBeGreaterThanOrEqual(150)
  expect(planted.size).toBe(harmfulTexts.length)
})

test('the watch sees what it is to see', async () => {
  const other = await browser.newPage()
  // Apart from the others' harm, however late it is told.
  const noted: string[] = []
  await watch(other, noted)
  await other.goto(`${address}/sign-in`)
  await other.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img data-planted src=x onerror=planted()>')
  })
  await look(other, 'a page with one planted', noted)
  while (!noted.some((what) => what.includes('the policy stopped'))) await sleep(50)
  await other.close()
  expect(noted.join('\n')).toContain('a text became an element')
})

const SCREENS = [
  '/overview',
  '/boards/flow?window=90d',
  '/queue',
  '/incidents',
  '/rules',
  '/reports',
  '/people',
  '/keys',
  '/audit',
  '/data',
  '/data?tab=dead-letters',
  '/data?tab=sources',
] as const

test('nothing runs and nothing becomes an element on any screen', async () => {
  for (const screen of SCREENS) {
    await show(screen)
    await look(page, screen)
    // Names in legends and axes, and what is told beside the mouse.
    for (const canvas of (await page.locator('canvas').all()).slice(0, 3)) {
      await canvas.hover({ position: { x: 120, y: 60 }, timeout: 2_000 }).catch(() => undefined)
      await look(page, `${screen}, over a chart`)
    }
  }
  expect(harm).toEqual([])
}, 240_000)

test('nor on an order, whichever part of it is open', async () => {
  for (let n = 0; n < ORDERS; n += 6) {
    const path = `/orders/${encodeURIComponent(orderOf(n))}`
    await show(path)
    expect(await page.locator('h1').count()).toBe(1)
    await look(page, path)
    for (const tab of await page.locator('[role="tab"]').all()) {
      await tab.click()
      await sleep(150)
      await look(page, `${path}, ${await tab.innerText()}`)
    }
  }
  expect(harm).toEqual([])
}, 240_000)

test('nor in what is searched for, in an address, or in what is drilled into', async () => {
  for (const text of harmfulTexts.filter((_, n) => n % 80 === 0)) {
    await show(`/overview?channel=${encodeURIComponent(text)}`)
    await look(page, `filter ${text}`)
    const box = page.locator('input[type="search"]').first()
    await box.fill(text.slice(0, 200))
    await sleep(400)
    await look(page, `search ${text}`)
  }
  const drill = encodeURIComponent(JSON.stringify({ metric: 'orders_placed', by: [], where: [] }))
  await show(`/overview?drill=${drill}`)
  await page.locator('[data-testid="drill-row"]').first().waitFor()
  await look(page, 'drill')
  const passedOn = await page.request.post(`${address}/api/drill`, {
    data: { metric: 'orders_placed', descriptor: true },
    headers: { 'x-csrf-token': csrf },
  })
  const { descriptor } = (await passedOn.json()) as { descriptor: string }
  await show(`/number?${new URLSearchParams({ descriptor }).toString()}`)
  await page.locator('[data-testid="drill-row"]').first().waitFor()
  await look(page, 'a number that was passed on')
  expect(harm).toEqual([])
}, 240_000)

/** Every contract's example, told of several orders, with every field that takes it harmful; and messages that are refused. */
async function plantEvents(): Promise<void> {
  const now = Date.now() - 3 * 86_400_000
  let next = 0
  const events: unknown[] = []
  for (let n = 0; n < ORDERS; n += 1)
    for (const { example, subject } of eventContracts.values()) {
      const event = {
        ...example,
        id: `markup-${n}-${example.type}`,
        time: new Date(now + events.length * 1_000).toISOString(),
        ...(subject === 'order' && { subject: orderSubject(orderOf(n)), partitionkey: orderOf(n) }),
        data: structuredClone(example.data) as Record<string, unknown>,
      }
      for (const [holder, name] of textsOf(event.data)) {
        const before = holder[name]
        // The id of an order is its address, too.
        const text = harmfulTexts[next % harmfulTexts.length] ?? ''
        holder[name] = name.endsWith('_id') ? `${String(before)}-${n}${text}` : text
        if (parseEnvelope(event).kind === 'rejected') holder[name] = before
        else {
          planted.add(text)
          next += 1
        }
      }
      events.push(event)
    }
  const refused = harmfulTexts.map((text, n) => ({
    specversion: '1.0',
    id: `bad-${n}`,
    source: text,
    type: text,
    data: text,
  }))
  for (const batch of [events, refused]) {
    const reply = await fetch(`${address}/ingest/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(batch),
    })
    if (!reply.ok) throw new Error(`the events were not taken: ${reply.status} ${await reply.text()}`)
  }
}

const orderOf = (n: number): string => `<img data-planted src=x onerror=planted()>-${n}`

/** Where the texts of an event's data stand, in lists and objects too. */
function* textsOf(value: unknown): Generator<[Record<string, unknown>, string]> {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  for (const [name, inner] of Object.entries(holder)) {
    if (typeof inner === 'string') yield [holder, name]
    else yield* textsOf(inner)
  }
}

/** What people write: names, titles, notes. Refusals are fine; what is taken is looked at. */
async function plantWritten(): Promise<void> {
  const text = `"><img data-planted src=x onerror=planted()>`
  const taken = await Promise.all([
    post('/api/people', { email: 'evil@markup.test', name: text, role: 'agent', scope: {}, money_limit: 0 }),
    post('/api/keys', { name: text, permissions: ['orders.read'] }),
    post('/api/reports', {
      title: text,
      definition: 'daily-anomalies',
      cron: '0 8 * * *',
      zone: 'Asia/Shanghai',
      language: 'en',
      recipients: [admin.email],
    }),
    post(`/api/orders/${encodeURIComponent(orderOf(0))}/actions`, { kind: 'add_note', text }),
  ])
  expect(taken.filter((status) => status < 300).length).toBeGreaterThan(0)
}

async function post(path: string, data: unknown): Promise<number> {
  const reply = await page.request.post(address + path, {
    data,
    headers: { 'x-csrf-token': csrf, 'idempotency-key': crypto.randomUUID() },
  })
  return reply.status()
}

async function signIn(): Promise<void> {
  await page.goto(address)
  await page.fill('#email', admin.email)
  await page.fill('#password', admin.password)
  await page.locator('button[type="submit"]').click()
  await page.waitForURL(/\/overview/)
  csrf = ((await (await page.request.get(`${address}/api/session`)).json()) as { csrf_token: string }).csrf_token
}

async function show(path: string): Promise<void> {
  await page.goto(address + path)
  await waitUntilShown(page)
}

/** Whatever runs, asks in a dialog or is stopped by the policy is noted as harm. */
async function watch(one: Page, noted = harm): Promise<void> {
  await one.exposeFunction('planted', () => void noted.push(`${one.url()}: something ran`))
  await one.exposeFunction('refused', (what: string) => void noted.push(`${one.url()}: the policy stopped ${what}`))
  await one.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample, blockedURI }) => {
      const there = globalThis as typeof globalThis & { refused(what: string): void }
      there.refused(`${violatedDirective} ${blockedURI} ${sample}`)
    })
  })
  one.on('dialog', (dialog) => {
    noted.push(`${one.url()}: a dialog said ${dialog.message()}`)
    void dialog.dismiss()
  })
}

async function look(one: Page, where: string, noted = harm): Promise<void> {
  const made = await one.locator('[data-planted]').count()
  if (made > 0) noted.push(`${where}: ${made} times a text became an element`)
  const led = await one
    .locator('a[href]')
    .evaluateAll(
      (links) =>
        links.filter((link) => /^\s*(javascript|data|vbscript):/i.test(link.getAttribute('href') ?? '')).length,
    )
  if (led > 0) noted.push(`${where}: ${led} links run something`)
}
