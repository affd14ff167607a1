/**
 * EasyPost (https://docs.easypost.com/docs/webhooks, support article "Webhook HMAC Validation"). The first scheme signs the
 * body; the second also time, method and path. A request that either of them proves is genuine: old and new are sent together.
 */
import { anySecret, equal, hmac } from './hmac.ts'
import {
  OK_ANSWER,
  TOLERANCE_SECONDS,
  expired,
  genuine,
  missing,
  wrong,
  type Verdict,
  type WebhookPlatform,
  type WebhookRequest,
} from './platform.ts'

const FIRST = 'x-hmac-signature'
const SECOND = 'x-hmac-signature-v2'
const PREFIX = 'hmac-sha256-hex='

export const easypost: WebhookPlatform = {
  name: 'easypost',
  verify(request, secrets, nowMs) {
    // Their libraries normalise the secret, so that an é is the same however a keyboard makes it.
    const keys = secrets.map((secret) => secret.normalize('NFKD'))
    const verdicts = [verifySecond(request, keys, nowMs), verifyFirst(request, keys)]
    return verdicts.find((one) => one?.kind === 'genuine') ?? verdicts.find((one) => one !== null) ?? missing(FIRST)
  },
  problemOfSecret: () => null,
  keptHeaders: /^x-(timestamp|path)$/,
  answer: OK_ANSWER,
}

function verifyFirst({ headers, body }: WebhookRequest, keys: readonly string[]): Verdict | null {
  const given = hexOf(headers[FIRST])
  if (given === '') return null
  return anySecret(keys, (key) => equal(hmac(key, [body], 'hex'), given)) ? genuine : wrong(FIRST)
}

function verifySecond(request: WebhookRequest, keys: readonly string[], nowMs: number): Verdict | null {
  const { headers, method, body } = request
  const given = hexOf(headers[SECOND])
  if (given === '') return null
  const time = headers['x-timestamp'] ?? ''
  const path = headers['x-path'] ?? request.path
  const isRight = anySecret(keys, (key) => equal(hmac(key, [time, method.toUpperCase(), path, body], 'hex'), given))
  if (!isRight) return wrong(SECOND)
  const age = Math.abs(nowMs - Date.parse(time)) / 1000
  return age <= TOLERANCE_SECONDS ? genuine : expired('x-timestamp')
}

function hexOf(header: string | undefined): string {
  const text = header?.trim().toLowerCase() ?? ''
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text
}
