/**
 * The whole chain once on real services: simulated store → Kafka → facts → portal in Chromium → action → event → metric →
 * report by SMTP, every role a process of its own, jobs by Bull, people in PostgreSQL, the warehouse over HTTP.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import pg from 'pg'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DataHealth } from '#api/contract/data.ts'
import type { DrillRequest } from '#api/contract/metrics.ts'
import { graveFaults, tabTo, waitUntilShown } from './accessibility.ts'
import { CHROMIUM_FLAGS } from './chromium.ts'
import { startProduct } from './product.ts'
import type { Product } from './product.ts'

const given = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run this test by \`npm run test:services\``)
  return value
}

const folder = mkdtempSync(join(tmpdir(), 'orderlens-chain-'))
const tag = randomUUID().slice(0, 8)
let product: Product
let browser: Browser
let page: Page
let csrf = ''
let hasFailed = false

beforeAll(async () => {
  const services = {
    DATABASE_URL: await createDatabase(given('DATABASE_URL'), `chain_${tag}`),
    REDIS_URL: given('REDIS_URL'),
    SMTP_URL: given('SMTP_URL'),
    KAFKA_BROKERS: given('KAFKA_BROKERS'),
    KAFKA_TOPICS: `chain-${tag}.events`,
    KAFKA_COMMAND_TOPIC: `chain-${tag}.commands`,
    KAFKA_GROUP: `chain-${tag}`,
    KAFKA_PARTITIONS: '3',
  }
  const settings = { SIMULATOR_ORDERS_PER_DAY: '600', SIMULATOR_HISTORY_DAYS: '2', LOG_LEVEL: 'warn' }
  product = await startProduct({ folder, services, settings })
  browser = await chromium.launch({ executablePath: given('CHROMIUM_PATH'), args: [...CHROMIUM_FLAGS] })
  page = await browser.newPage({ locale: 'en-US', viewport: { width: 1_400, height: 1_000 } })
})

afterAll(async () => {
  if (hasFailed) await page?.screenshot({ path: join(folder, 'failed.png') }).catch(() => undefined)
  await browser?.close()
  await product?.stop()
  if (hasFailed) {
    await cp(folder, '.cache/chain', { recursive: true, filter: (path) => !/warehouse$|spool$/.test(path) })
    console.log('logs and a picture of the failed run are in .cache/chain')
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('simulator → Kafka → facts → portal → action → report', async ({ onTestFailed }) => {
  onTestFailed(() => {
    hasFailed = true
  })
  await signIn()
  const opened = await waitFor('anomalies on the board', () => metric('anomalies_opened'))

  // A mark of the board opens exactly the orders it counts.
  const kpi = page.locator('[data-tile="anomalies-opened"] [data-mark]:not([data-mark="0"])')
  await kpi.waitFor()
  expect(Number(await kpi.getAttribute('data-mark'))).toBeGreaterThan(0)
  await kpi.click()
  const counted = page.locator('[data-testid="drill-count"][data-total]')
  await counted.waitFor()
  expect(await counted.getAttribute('data-total')).toBe(await counted.getAttribute('data-value'))
  // So does a column of a line chart, wherever in it one clicks: on the line, above it or below it.
  const moments = new Set<string | undefined>()
  for (const height of [0.2, 0.5, 0.8]) {
    await page.goto(`${product.address}/overview`)
    const lines = page.locator('[data-tile="backlog-over-time"] canvas').first()
    await lines.waitFor()
    const { width, height: full } = await lines.evaluate(({ clientWidth, clientHeight }) => ({
      width: clientWidth,
      height: clientHeight,
    }))
    await lines.click({ position: { x: width * 0.9, y: full * height } })
    await counted.waitFor()
    const asked = JSON.parse(new URL(page.url()).searchParams.get('drill') ?? '{}') as DrillRequest
    expect(asked.metric).toBe('open_backlog')
    moments.add(asked.as_of?.slice(0, 10))
    expect(await counted.getAttribute('data-total')).toBe(await counted.getAttribute('data-value'))
  }
  expect(moments.size).toBe(1)
  await page.locator('[data-testid="drill-row"] a').first().click()
  await page.waitForURL(/\/orders\//)
  expect(opened).toBeGreaterThan(0)

  // One order that was never paid: canceled from its page, carried out by the shop, resolved by the shop's event.
  const unpaid = await waitFor('an unpaid order in the queue', () => unpaidOrder())
  const resolvedBefore = await metric('anomalies_resolved', true)
  await page.goto(`${product.address}/orders/${encodeURIComponent(unpaid)}`)
  await page.locator('[data-legal="cancel_order"]:enabled').click()
  await page.locator('[data-testid="confirm"]').click()
  const order = await waitFor('the anomaly resolved by an agent', () => resolvedOrder(unpaid))
  expect(order.header.order_status).toMatch(/cancel/)
  const audit = await get<{ entries: { person_name: string; verb: string }[] }>(
    `/api/audit?order_id=${encodeURIComponent(unpaid)}`,
  )
  expect(audit.entries.map(({ verb }) => verb).join(' ')).toMatch(/request/)
  await waitFor('the metric moved', async () => (await metric('anomalies_resolved', true)) > resolvedBefore)

  // Everything that came over Kafka is an event or a dead letter.
  const health = await waitFor('a balanced account', async () => {
    const found = await get<DataHealth>('/api/data/health')
    return found.balance.balanced && found.balance.waiting === 0 ? found : null
  })
  const { balance } = health
  expect(balance.landed).toBe(balance.events + balance.dead_letters + balance.set_aside)
  expect(health.sources.map(({ topic }) => topic)).toContain(`chain-${tag}.events`)

  // A role that is killed goes on where it was.
  await product.restart('ingest')
  const { landed } = balance
  await waitFor(
    'more events after the restart',
    async () => (await get<DataHealth>('/api/data/health')).balance.landed > landed,
  )

  // The report, sent by the jobs process through Bull and SMTP.
  const mail = await reportMail()
  expect(mail.subject).toBeTruthy()
  expect(mail.html).toContain(product.address)
  expect(mail.text).toMatch(/\d/)
  expect(mail.attachments.map(({ contentType }) => contentType)).toContain('image/png')
}, 420_000)

test('from a mark to its orders, to one order and to its action with the keyboard alone', async () => {
  await show('/overview?anomaly_type=order_unpaid_timeout')
  await tabTo(page, '[data-tile="open-backlog"] [data-mark]')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid="drill-row"] a').first().waitFor()
  await tabTo(page, '[data-testid="drill-row"] a')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/orders\//)
  // The address changes before the page does, whose heading and skeletons are no sign yet.
  await page.locator('[data-legal="cancel_order"]:enabled').waitFor()
  await tabTo(page, '[data-legal="cancel_order"]')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid="confirm"]').waitFor()
  await tabTo(page, '[data-testid="confirm"]', 10)
  await page.keyboard.press('Escape')
  await page.locator('[data-testid="confirm"]').waitFor({ state: 'hidden' })
})

const SCREENS = [
  'overview',
  'boards/flow',
  'queue',
  'incidents',
  'rules',
  'rules/calendars',
  'reports',
  'keys',
  'audit',
  'data?tab=sources',
  'data?tab=models',
]
test.each(SCREENS)('no grave fault of accessibility on %s, light or dark', async (path) => {
  await show(`/${path}`)
  expect(await graveFaults(page)).toEqual([])
})

test('nor on one order, in a dialog, and before signing in', async () => {
  const { rows } = await get<{ rows: { order_id: string }[] }>('/api/queue?limit=1')
  await show(`/orders/${encodeURIComponent(rows[0]?.order_id ?? '')}`)
  expect(await graveFaults(page)).toEqual([])
  await show('/rules')
  await page.locator('[data-rule="not_shipped"] button').first().click()
  await page.locator('[data-testid="try"]').waitFor()
  expect(await graveFaults(page)).toEqual([])
  // The link to a number: whoever is not signed in comes back to it, and finds the rows that it counts.
  await show('/overview')
  await page.locator('[data-tile="anomalies-opened"] [data-mark]').click()
  await page.locator('[data-testid="drill-count"][data-total]').waitFor()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.locator('[data-testid="drill-copy"]').click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const stranger = await browser.newPage()
  await stranger.goto(link)
  await stranger.locator('#email').waitFor()
  expect(await graveFaults(stranger)).toEqual([])
  await stranger.fill('#email', product.admin.email)
  await stranger.fill('#password', product.admin.password)
  await stranger.locator('button[type="submit"]').click()
  await stranger.waitForURL(link)
  const counted = stranger.locator('[data-testid="drill-count"][data-total]')
  await counted.waitFor()
  expect(await counted.getAttribute('data-total')).toBe(await counted.getAttribute('data-value'))
  expect(await graveFaults(stranger)).toEqual([])
  await stranger.close()
})

async function show(path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(product.address + path)
  await waitUntilShown(page)
}

async function signIn(): Promise<void> {
  await page.goto(product.address)
  await page.fill('#email', product.admin.email)
  await page.fill('#password', product.admin.password)
  await page.locator('button[type="submit"]').click()
  await page.waitForURL(/\/overview/)
  csrf = (await get<{ csrf_token: string }>('/api/session')).csrf_token
}

async function metric(name: string, isWide = false): Promise<number> {
  const now = Date.now()
  const from = new Date(now - 7 * 86_400_000).toISOString()
  const to = new Date(now + (isWide ? 86_400_000 : 0)).toISOString()
  const reply = await post<{ results: { rows: Record<string, unknown>[] }[] }>('/api/metrics/query', {
    requests: [{ metric: name, from, to }],
  })
  return Number(reply.results[0]?.rows[0]?.['value'] ?? 0)
}

async function unpaidOrder(): Promise<string | null> {
  const queue = await get<{ rows: { order_id: string }[] }>('/api/queue?type=order_unpaid_timeout&limit=20')
  for (const { order_id } of queue.rows) {
    const { legal } = await get<{ legal: { kind: string; allowed: boolean }[] }>(
      `/api/orders/${encodeURIComponent(order_id)}/actions`,
    )
    if (legal.some(({ kind, allowed }) => kind === 'cancel_order' && allowed)) return order_id
  }
  return null
}

type OrderPage = {
  header: { order_status: string }
  anomalies: { anomaly_type: string; status: string; resolver: string }[]
}

async function resolvedOrder(orderId: string): Promise<OrderPage | null> {
  const order = await get<OrderPage>(`/api/orders/${encodeURIComponent(orderId)}`)
  const anomaly = order.anomalies.find(({ anomaly_type }) => anomaly_type === 'order_unpaid_timeout')
  return anomaly?.status === 'resolved' && anomaly.resolver === 'agent' ? order : null
}

async function reportMail() {
  const mails = given('SMTP_MAILS')
  const before = readdirSync(mails).length
  const report = await post<{ id: string }>('/api/reports', {
    title: `Chain ${tag}`,
    definition: 'daily-anomalies',
    cron: '0 8 * * *',
    zone: 'Asia/Shanghai',
    language: 'zh',
    recipients: [product.admin.email],
  })
  await post(`/api/reports/${report.id}/send`, undefined, { 'idempotency-key': randomUUID() })
  const file = await waitFor('a mail', () =>
    readdirSync(mails)
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .at(before),
  )
  return simpleParser(readFileSync(join(mails, file)))
}

async function get<T>(path: string): Promise<T> {
  return read<T>(path, await page.request.get(product.address + path))
}

async function post<T>(path: string, data: unknown, headers: Record<string, string> = {}): Promise<T> {
  return read<T>(
    path,
    await page.request.post(product.address + path, {
      ...(data === undefined ? {} : { data }),
      headers: { 'x-csrf-token': csrf, ...headers },
    }),
  )
}

async function read<T>(path: string, reply: Awaited<ReturnType<Page['request']['get']>>): Promise<T> {
  if (!reply.ok()) throw new Error(`${path} answered ${reply.status()}: ${await reply.text()}`)
  return (await reply.json()) as T
}

async function waitFor<T>(what: string, look: () => T | Promise<T>, ms = 120_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false && found !== 0) return found as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms / 1000} s`)
    await sleep(500)
  }
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}
