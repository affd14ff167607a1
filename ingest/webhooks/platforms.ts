/** The platforms whose webhooks are understood. A new one: a file here, a line here, and a folder in `ingest/mappings`. */
import { adyen } from './adyen.ts'
import { easypost } from './easypost.ts'
import type { WebhookPlatform } from './platform.ts'
import { shopify } from './shopify.ts'
import { stripe } from './stripe.ts'
import { woocommerce } from './woocommerce.ts'

export const webhookPlatforms: ReadonlyMap<string, WebhookPlatform> = new Map(
  [shopify, woocommerce, stripe, adyen, easypost].map((platform) => [platform.name, platform]),
)
