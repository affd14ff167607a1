/**
 * Adyen (https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures). Payment webhooks carry one signature
 * per item, over eight of its fields; the newer kinds carry one in a header, over the body. Keys are written in hex.
 */
import { equal, hmac } from './hmac.ts'
import { genuine, missing, wrong, type Verdict, type WebhookPlatform } from './platform.ts'

const HEADER = 'hmacsignature'
const FIELD = 'additionalData.hmacSignature'

export const adyen: WebhookPlatform = {
  name: 'adyen',
  verify({ headers, body }, secrets) {
    const keys = secrets.map((secret) => Buffer.from(secret, 'hex'))
    const given = headers[HEADER]?.trim() ?? ''
    if (given === '') return verifyItems(itemsOf(body), keys)
    return keys.filter((key) => equal(hmac(key, [body], 'base64'), given)).length > 0 ? genuine : wrong(HEADER)
  },
  problemOfSecret: (secret) =>
    /^(?:[0-9a-f]{2}){16,}$/i.test(secret)
      ? null
      : "an Adyen secret is the webhook's HMAC key in hex, as the Customer Area shows it",
  keptHeaders: /^protocol$/,
  // Standard webhooks count as delivered only when the answer says this word.
  answer: { type: 'text/plain; charset=utf-8', body: '[accepted]' },
}

type Item = Readonly<Record<string, unknown>>

/** All of a request or nothing of it: it is landed as one message. */
function verifyItems(items: readonly Item[], keys: readonly Buffer[]): Verdict {
  const signatures = items.map((item) => signatureOf(item))
  if (items.length === 0 || signatures.includes(''))
    return missing(`${FIELD} of every item, or in the header ${HEADER}`)
  const rightOnes = items.filter((item, index) => isSigned(item, signatures[index] ?? '', keys))
  return rightOnes.length === items.length ? genuine : wrong(FIELD)
}

function isSigned(item: Item, given: string, keys: readonly Buffer[]): boolean {
  const texts = [signedText(item, (value) => value), signedText(item, escape)]
  return keys.flatMap((key) => texts.filter((text) => equal(hmac(key, [text], 'base64'), given))).length > 0
}

/** Adyen's libraries join the fields as they are; its documentation escapes the separator. They differ only for values that hold one. */
function signedText(item: Item, write: (value: string) => string): string {
  const amount = objectOf(item['amount'])
  return [
    item['pspReference'],
    item['originalReference'],
    item['merchantAccountCode'],
    item['merchantReference'],
    amount['value'],
    amount['currency'],
    item['eventCode'],
    item['success'],
  ]
    .map((value) => write(textOf(value)))
    .join(':')
}

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll(':', '\\:')

const signatureOf = (item: Item): string => textOf(objectOf(item['additionalData'])['hmacSignature']).trim()

function itemsOf(body: Buffer): Item[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    return [] // without items there is no signature, and that is what the sender is told
  }
  const items = objectOf(parsed)['notificationItems']
  if (!Array.isArray(items)) return []
  return items.map((one) => objectOf(objectOf(one)['NotificationRequestItem'] ?? one))
}

const objectOf = (value: unknown): Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
