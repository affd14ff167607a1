/**
 * Signing in elsewhere and forgotten passwords as a browser does them: the portal of a started product, an issuer on another
 * site, cookies and redirects as Chromium keeps and follows them.
 */
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { type Browser, type Page, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestIssuer, openIssuer } from '#api/oidc/test-issuer.ts'
import { graveFaults, waitUntilShown } from './accessibility.ts'
import { CHROMIUM_FLAGS } from './chromium.ts'
import { startEmbedded } from './embedded.ts'
import { type Running, freePort } from './service.ts'

const admin = { email: 'admin@sign-in.test', password: 'the first password here' }
const folder = mkdtempSync(join(tmpdir(), 'orderlens-sign-in-'))
let issuer: TestIssuer
let product: Running
let browser: Browser
let address: string

beforeAll(async () => {
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  // A name and a number are two sites to a browser, though both are this machine.
  issuer = await openIssuer({ lens: address, host: 'localhost' })
  const person = { email_verified: true, name: 'Mei Li', shop: '*' }
  issuer.people.set('mei', { ...person, email: 'mei@shop.example', groups: ['lens-managers'] })
  issuer.people.set('guest', { ...person, email: 'guest@shop.example', groups: [] })
  product = await startEmbedded({
    folder,
    port,
    admin,
    roles: 'transforms,api',
    settings: { ...issuer.env, OIDC_NAME: 'Shop SSO' },
  })
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '', args: [...CHROMIUM_FLAGS] })
})
afterAll(async () => {
  await browser?.close()
  await product?.end()
  await issuer?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function signInThere(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login)
  await page.fill('input[name=password]', 'whatever')
  await page.click('button[type=submit]')
}

test('somebody goes to the issuer and comes back to where they wanted to be', async () => {
  const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1_400, height: 1_000 } })
  await page.goto(`${address}/queue?view=escalated`)
  await page.getByText('Sign in with Shop SSO').waitFor()
  expect(await graveFaults(page)).toEqual([])
  await page.getByText('Sign in with Shop SSO').click()
  await page.waitForURL(`${issuer.address}/**`)
  await signInThere(page, 'mei')
  await page.waitForURL(`${address}/queue?view=escalated`)
  await waitUntilShown(page)
  // The session holds, which was made on the way from another site, and the cookie of the way is gone.
  await page.reload()
  await waitUntilShown(page)
  expect(page.url()).toBe(`${address}/queue?view=escalated`)
  const cookies = (await page.context().cookies(address)).map(({ name, sameSite, httpOnly }) => [
    name,
    sameSite,
    httpOnly,
  ])
  expect(cookies).toEqual([['orderlens_session', 'Strict', true]])
  // Signing out there is its own step, and leads back.
  await page.evaluate(async () => {
    const { csrf_token } = (await (await fetch('/api/session')).json()) as { csrf_token: string }
    await fetch('/api/session', { method: 'DELETE', headers: { 'x-csrf-token': csrf_token } })
  })
  await page.goto(`${address}/sign-in`)
  await page.getByText('Sign out of Shop SSO first').click()
  await page.getByRole('button', { name: /yes/i }).click()
  await page.waitForURL(`${address}/sign-in`)
  await page.getByText('Sign in with Shop SSO').click()
  await page.locator('input[name=login]').waitFor()
  await page.context().close()
})

test('who may not is told so in their language, also on a narrow screen', async () => {
  const page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 360, height: 740 } })
  await page.goto(`${address}/sign-in`)
  await page.getByText('使用 Shop SSO 登录').click()
  await page.waitForURL(`${issuer.address}/**`)
  await signInThere(page, 'guest')
  await page.waitForURL(`${address}/sign-in?problem=no_role`)
  expect(await page.getByRole('alert').innerText()).toContain('您在此尚无角色')
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  expect(await graveFaults(page)).toEqual([])
  await page.context().close()
})

test('a forgotten password is set anew by the mail, and People shows who signs in elsewhere', async () => {
  const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1_400, height: 1_000 } })
  await page.goto(`${address}/sign-in`)
  await page.getByText('Forgotten your password?').click()
  await page.fill('#forgotten-email', admin.email)
  expect(await graveFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('a link is on its way').waitFor()
  const mails = join(folder, 'mail')
  await expect.poll(() => readdirSync(folder).includes('mail') && readdirSync(mails)).toHaveLength(1)
  const mail = await simpleParser(readFileSync(join(mails, readdirSync(mails)[0] ?? '')))
  await page.goto(/https?:\/\/\S+\/password#\S+/.exec(mail.text ?? '')?.[0] ?? '')
  await page.fill('#new-password', 'the second password here')
  await page.getByRole('button', { name: 'Set it' }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.fill('#email', admin.email)
  await page.fill('#password', 'the second password here')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${address}/overview**`)
  await page.goto(`${address}/people`)
  await page.getByText(`Signs in at ${new URL(issuer.address).host}`).waitFor()
  expect(await graveFaults(page)).toEqual([])
  await page.context().close()
})
