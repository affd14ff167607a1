/** Stripe: `t=…,v1=…[,v1=…]` over time, dot and body (https://docs.stripe.com/webhooks#verify-manually). */
import { anySecret, equal, hmac } from './hmac.ts'
import { OK_ANSWER, TOLERANCE_SECONDS, expired, genuine, missing, wrong, type WebhookPlatform } from './platform.ts'

const SIGNATURE = 'stripe-signature'
/** More signatures than any rotation makes are not worth comparing. */
const MAX_SIGNATURES = 16

export const stripe: WebhookPlatform = {
  name: 'stripe',
  verify({ headers, body }, secrets, nowMs) {
    const header = headers[SIGNATURE] ?? ''
    const parts = header.split(',').map((part) => part.trim().split('='))
    const time = parts.find(([scheme]) => scheme === 't')?.[1] ?? ''
    // v0 is Stripe's test scheme and proves nothing.
    const given = parts.flatMap(([scheme, value]) => (scheme === 'v1' && value !== undefined ? [value] : []))
    if (header.trim() === '' || !/^\d{1,12}$/.test(time) || given.length === 0)
      return missing(`${SIGNATURE} (t=…,v1=…)`)
    const isRight = anySecret(secrets, (secret) => {
      const expected = hmac(secret, [`${time}.`, body], 'hex')
      return given.slice(0, MAX_SIGNATURES).filter((one) => equal(expected, one)).length > 0
    })
    if (!isRight) return wrong(SIGNATURE)
    return Math.abs(nowMs / 1000 - Number(time)) > TOLERANCE_SECONDS ? expired(SIGNATURE) : genuine
  },
  problemOfSecret: () => null,
  keptHeaders: /^stripe-(?!signature)/,
  answer: OK_ANSWER,
}
