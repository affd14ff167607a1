/** One e-mail to one person, and the only way it becomes MIME. */
import nodemailer from 'nodemailer'
import type Mail from 'nodemailer/lib/mailer/index.js'
import { MailError } from './mail-error.ts'

export type Address = { readonly name: string; readonly address: string }
export type Image = { readonly cid: string; readonly filename: string; readonly content: Buffer }

export type Message = {
  /** Decided before the first attempt; the same one on every attempt. */
  readonly messageId: string
  readonly from: Address
  readonly to: Address
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly images: readonly Image[]
  readonly date: Date
}

/** One mailbox and nothing else: no comma, no quotes, no second address, no control characters. */
export const isAddress = (address: string): boolean =>
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(address)

export function checkAddress({ name, address }: Address): Address {
  if (!isAddress(address)) {
    throw new MailError(
      'BAD_ADDRESS',
      `expected one e-mail address such as 'name@example.com', found ${JSON.stringify(address.slice(0, 80))}`,
    )
  }
  return { name: oneLine(name), address }
}

/** Nodemailer's options for a message. Addresses go in as objects: text would be parsed, and a comma would add a recipient. */
export function toMail(message: Message): Mail.Options {
  const from = checkAddress(message.from)
  const to = checkAddress(message.to)
  return {
    messageId: message.messageId,
    from: { ...from },
    to: { ...to },
    envelope: { from: from.address, to: [to.address] },
    subject: oneLine(message.subject),
    text: message.text,
    html: message.html,
    date: message.date,
    attachments: message.images.map((image) => ({ ...image, contentType: 'image/png', contentDisposition: 'inline' })),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The message as the bytes of an `.eml` file. */
export async function toEml(message: Message): Promise<Buffer> {
  const writer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const { message: bytes } = await writer.sendMail(toMail(message))
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(String(bytes))
}

export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
