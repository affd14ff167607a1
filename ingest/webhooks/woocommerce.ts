/** WooCommerce: base64 HMAC of the body with the webhook's secret (https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks). */
import { anySecret, equal, hmac } from './hmac.ts'
import { OK_ANSWER, genuine, missing, wrong, type WebhookPlatform } from './platform.ts'

const SIGNATURE = 'x-wc-webhook-signature'
/** Saving a webhook makes the shop send its number as a form, without a signature; it must be answered or the shop gives up. */
const PING = /^webhook_id=\d{1,20}$/

export const woocommerce: WebhookPlatform = {
  name: 'woocommerce',
  verify({ headers, body }, secrets) {
    const given = headers[SIGNATURE]?.trim() ?? ''
    if (given === '')
      return body.length < 64 && PING.test(body.toString('latin1')) ? { kind: 'ping' } : missing(SIGNATURE)
    return anySecret(secrets, (secret) => equal(hmac(secret, [body], 'base64'), given)) ? genuine : wrong(SIGNATURE)
  },
  problemOfSecret: () => null,
  keptHeaders: /^x-wc-webhook-(?!signature)/,
  answer: OK_ANSWER,
}
