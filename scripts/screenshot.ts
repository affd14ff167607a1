/**
 * `npm run screenshot`: starts Orderlens on a data folder of its own, waits until the simulated store's history is on the
 * board, and writes the README's picture. With --address it photographs an installation that runs already.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { type Page, chromium } from 'playwright-core'
import { demoPeople } from '#api/features/people/demo.ts'
import { CHROMIUM_FLAGS, findChromium } from './services/chromium.ts'

type Options = {
  out: string
  page: string
  language: string
  theme: string
  width: string
  height: string
  address?: string
}

const WAIT_MS = 600_000

const options = new Command('screenshot')
  .option('--out <file>', 'where the picture goes', 'docs/overview.png')
  .option('--page <path>', 'which page', '/overview')
  .option('--language <language>', 'en or zh', 'en')
  .option('--theme <theme>', 'light or dark', 'light')
  .option('--width <pixels>', 'width of the window', '1440')
  .option('--height <pixels>', 'height of the window', '900')
  .option('--address <url>', 'an installation that runs already')
  .parse()
  .opts<Options>()

const running =
  options.address === undefined ? await startProduct() : { address: options.address, stop: async () => undefined }
try {
  await photograph(running.address, options)
  console.log(`wrote ${options.out}`)
} finally {
  await running.stop()
}

async function startProduct(): Promise<{ address: string; stop: () => Promise<unknown> }> {
  const data = mkdtempSync(join(tmpdir(), 'orderlens-picture-'))
  const env = { ...process.env, ORDERLENS_DATA: data, API_PORT: '0', UV_THREADPOOL_SIZE: '16' }
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let output = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const found = /is at (https?:\/\/\S+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`Orderlens ended before it had an address:\n${output}`)))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  return { address, stop }
}

async function photograph(
  address: string,
  { out, page: path, language, theme, width, height }: Options,
): Promise<void> {
  const browser = await chromium.launch({ executablePath: findChromium(process.env).path, args: CHROMIUM_FLAGS })
  try {
    const context = await browser.newContext({
      viewport: { width: Number(width), height: Number(height) },
      timezoneId: 'Asia/Shanghai',
    })
    const preferences = JSON.stringify({ language, theme, zone: 'Asia/Shanghai' })
    await context.addInitScript((value) => localStorage.setItem('orderlens.preferences', value), preferences)
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    await signIn(page, address)
    await waitForHistory(page, address)
    await page.goto(`${address}${path}`)
    await page.waitForLoadState('networkidle', { timeout: 15_000 }).catch(() => undefined) // live notices keep a connection open
    await sleep(3_000)
    await page.screenshot({ path: out })
  } finally {
    await browser.close()
  }
}

async function signIn(page: Page, address: string): Promise<void> {
  const manager = demoPeople.find(({ role }) => role === 'manager')
  if (manager === undefined) throw new Error('expected a demo manager')
  await page.goto(`${address}/sign-in`)
  await page.locator('#email').fill(manager.email)
  await page.locator('#password').fill(manager.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(/overview/, { timeout: WAIT_MS })
}

/** The history is there when the number of anomalies, which races while it is delivered, has come to a walk. */
async function waitForHistory(page: Page, address: string): Promise<void> {
  await page.goto(`${address}/overview`)
  const mark = page.locator('[data-tile="anomalies-opened"] [data-mark]')
  const until = Date.now() + WAIT_MS
  let before = 0
  while (Date.now() < until) {
    const now = Number((await mark.getAttribute('data-mark', { timeout: WAIT_MS })) ?? 0)
    if (now > 0 && now - before < now * 0.005) return
    before = now
    await sleep(20_000)
  }
  throw new Error(`the board did not come to rest within ${WAIT_MS / 1000} s; last number of anomalies: ${before}`)
}
