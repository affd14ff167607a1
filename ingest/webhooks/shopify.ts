/** Shopify: base64 HMAC of the body with the app's client secret (https://shopify.dev/docs/apps/build/webhooks/subscribe/https). */
import { anySecret, equal, hmac } from './hmac.ts'
import { OK_ANSWER, genuine, missing, wrong, type WebhookPlatform } from './platform.ts'

const SIGNATURE = 'x-shopify-hmac-sha256'

export const shopify: WebhookPlatform = {
  name: 'shopify',
  verify({ headers, body }, secrets) {
    const given = headers[SIGNATURE]?.trim() ?? ''
    if (given === '') return missing(SIGNATURE)
    return anySecret(secrets, (secret) => equal(hmac(secret, [body], 'base64'), given)) ? genuine : wrong(SIGNATURE)
  },
  problemOfSecret: () => null,
  keptHeaders: /^x-shopify-(?!hmac-)/,
  answer: OK_ANSWER,
}
