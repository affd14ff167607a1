/** The mail about a forgotten password: the link, and whom to ask. */
import { escapeHtml } from '../../mail/escape-html.ts'
import type { Address, Message } from '../../mail/message.ts'
import type { Link } from './links.ts'

export type ResetLanguage = 'en' | 'zh'

type Words = {
  readonly subject: string
  readonly asked: (address: string, site: string) => string
  readonly link: string
  readonly otherwise: string
  readonly ask: (contact: string | null) => string
}

const words: Readonly<Record<ResetLanguage, Words>> = {
  en: {
    subject: 'Orderlens: set a new password',
    asked: (address, site) => `Somebody, probably you, asked to set a new password for ${address} at ${site}.`,
    link: 'Open this link to set it. It works once, for an hour; older links are void.',
    otherwise: 'If it was not you, do nothing: your password stays as it is.',
    ask: (contact) => `Questions? Ask ${contact ?? 'an administrator of this installation'}.`,
  },
  zh: {
    subject: 'Orderlens：设置新密码',
    asked: (address, site) => `有人（可能是您本人）请求为 ${site} 上的 ${address} 设置新密码。`,
    link: '请打开此链接进行设置。链接一小时内有效，只能使用一次；之前的链接已失效。',
    otherwise: '如果不是您本人操作，无需理会：密码不会改变。',
    ask: (contact) => `如有疑问，请联系${contact ?? '本系统的管理员'}。`,
  },
}

export function writeResetMail(about: {
  link: Link
  mailId: string
  from: Address
  to: Address
  baseUrl: string
  contact: string | null
  language: ResetLanguage
  date: Date
}): Message {
  const { link, mailId, from, to, language, date } = about
  const { subject, asked, link: open, otherwise, ask } = words[language]
  const site = about.baseUrl.replace(/\/+$/, '')
  const address = site + link.path
  const lines = [asked(to.address, site), open, address, otherwise, ask(about.contact)]
  return {
    messageId: `<${mailId}@orderlens.${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    from,
    to,
    subject,
    text: `${lines.join('\n\n')}\n`,
    html: page(
      language,
      lines.map((line) =>
        line === address ? `<a href="${escapeHtml(address)}">${escapeHtml(address)}</a>` : escapeHtml(line),
      ),
    ),
    images: [],
    date,
  }
}

const page = (language: ResetLanguage, paragraphs: readonly string[]) =>
  `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><body style="font:16px/1.5 system-ui,sans-serif">${paragraphs.map((text) => `<p>${text}</p>`).join('')}</body></html>`
