import { simpleParser } from 'mailparser'
import { expect, test } from 'vitest'
import { toEml } from '../../mail/message.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { compose, preview, render, type ComposeDeps } from './compose.ts'
import type { StoredReport } from './report-store.ts'
import { aNumbers, definitions } from './sample.ts'

const evil = '"><script>alert(1)</script><mj-raw>{{x}}</mj-raw>&amp;'
const report = (rest: Partial<StoredReport> = {}): StoredReport => ({
  id: 'r',
  owner_id: 'p',
  owner_name: 'P',
  title: '异常日报',
  definition: 'daily-anomalies',
  cron: '0 8 * * *',
  zone: 'Asia/Shanghai',
  language: 'zh',
  where: [],
  recipients: ['lead@example.com'],
  enabled: true,
  created_at: new Date(),
  generated_until: new Date(),
  ...rest,
})
const deps = (text = '天猫'): ComposeDeps => ({
  numbers: aNumbers(text),
  definitions,
  baseUrl: 'https://lens.example.com/',
})
const asOf = new Date('2026-11-23T00:00:00Z')
const envelope = {
  messageId: '<1@orderlens.example.com>',
  from: { name: 'Orderlens', address: 'reports@example.com' },
  to: { name: '林曼', address: 'lead@example.com' },
  date: asOf,
}

async function received(rest: Partial<StoredReport> = {}, text?: string) {
  const given = deps(text)
  const rendering = await render(given, report(rest), { asOf, scope: unrestricted, delayedSince: null })
  return simpleParser(await toEml(await compose(given, rendering, envelope)))
}

test('a report arrives with headline numbers, a picture with words for it, a table, and a text part that says the same', async () => {
  const mail = await received()
  expect(mail.subject).toBe('异常日报 2026-11-23')
  const html = String(mail.html)
  for (const part of [html, mail.text ?? '']) {
    for (const words of [
      '异常日报',
      '4,711',
      '与上一周期相比',
      '风险金额最大的订单',
      'NO-everywhere',
      '¥1,234.56',
      '数据截至',
      'lead@example.com',
    ])
      expect(part).toContain(words)
  }
  expect(mail.attachments.length).toBe(1)
  expect(mail.attachments[0]?.content.subarray(1, 4).toString()).toBe('PNG')
  expect(html).toMatch(/<img[^>]+alt="图表：各类型新增异常/)
  expect(html).not.toMatch(/https?:\/\/(?!lens\.example\.com)(?!www\.w3\.org)/)
})

test('every number links to its drill and every order to its page, in both parts', async () => {
  const mail = await received()
  const hrefs = [...String(mail.html).matchAll(/href="([^"]+)"/g)].map((match) =>
    (match[1] ?? '')
      .replaceAll('&amp;', '&')
      .replaceAll('&#38;', '&')
      .replaceAll('&#123;', '{')
      .replaceAll('&#125;', '}'),
  )
  const drills = hrefs
    .flatMap((href) => new URL(href).searchParams.get('drill') ?? [])
    .map((text) => JSON.parse(text) as { metric: string; value: number; from?: string; as_of?: string })
  expect(drills.find((drill) => drill.metric === 'anomalies_opened')).toMatchObject({
    value: 4711,
    from: '2026-11-22T00:00:00.000Z',
    to: '2026-11-23T00:00:00.000Z',
    zone: 'Asia/Shanghai',
  })
  expect(drills.find((drill) => drill.metric === 'open_backlog')).toMatchObject({ as_of: '2026-11-23T00:00:00.000Z' })
  expect(hrefs).toContain('https://lens.example.com/orders/id%2Feverywhere')
  expect(mail.text).toContain('https://lens.example.com/orders/id%2Feverywhere')
})

test('names and titles are text, whatever is in them', async () => {
  const mail = await received({ title: `${evil}\r\nBcc: evil@example.com` }, evil)
  const html = String(mail.html)
  expect(html).not.toMatch(/<script|<mj-|\{\{x\}\}/)
  expect(html).toContain('&#60;script&#62;')
  expect(mail.bcc).toBeUndefined()
  expect(mail.subject).toContain('Bcc: evil@example.com 2026-11-23')
})

test('a late report says so', async () => {
  const rendering = await render(deps(), report({ language: 'en' }), { asOf, scope: unrestricted, delayedSince: asOf })
  expect(await preview(deps(), rendering, 'x@example.com')).toContain('Delayed: this report was due 23 Nov 2026, 08:00')
})
