/** Which webhooks are taken, and with which secrets. Read once by a main file; everything below gets the result as an argument. */
import { z } from 'zod'
import { webhookPlatforms } from './platforms.ts'
import type { WebhookPlatform } from './platform.ts'

export type WebhookEndpoint = {
  readonly name: string
  readonly platform: WebhookPlatform
  readonly secrets: readonly string[]
  /** Its orders and buyers are called after the shop; null where numbers are unlike by themselves. */
  readonly shop: string | null
}

export class WebhookConfigError extends Error {
  readonly code = 'CONFIG'
  readonly retryable = false
}

export const webhookEnvSchema = z.object({
  /** `name=platform:secret` or `name=platform/shop:secret`, comma-separated; the same name again = one more secret; odd characters percent-encoded. */
  INGEST_WEBHOOKS: z.string().default(''),
})

/** No dash: it parts the shop from its order's number, so that no shop's name begins like an order of another. */
const SHOP = /^[a-z0-9][a-z0-9_]{0,31}$/
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** By name. Throws one error that lists every bad entry by its place, never a secret. */
export function loadWebhookEndpoints(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, WebhookEndpoint> {
  const text = webhookEnvSchema.parse({ INGEST_WEBHOOKS: env['INGEST_WEBHOOKS'] }).INGEST_WEBHOOKS
  const endpoints = new Map<string, WebhookEndpoint>()
  const problems: string[] = []
  for (const [index, part] of text.split(',').entries()) {
    if (part.trim() === '') continue
    const entry = readEntry(part.trim())
    if (typeof entry === 'string') {
      problems.push(`entry ${index + 1}: ${entry}`)
      continue
    }
    const known = endpoints.get(entry.name)
    if (known !== undefined && (known.platform !== entry.platform || known.shop !== entry.shop)) {
      problems.push(`entry ${index + 1}: ${entry.name} is an endpoint of ${kindOf(known)} already`)
      continue
    }
    endpoints.set(entry.name, { ...entry, secrets: [...(known?.secrets ?? []), ...entry.secrets] })
  }
  if (problems.length > 0)
    throw new WebhookConfigError(`cannot read the webhook settings: INGEST_WEBHOOKS: ${problems.join('; ')}`)
  return endpoints
}

/** The endpoint, or what is wrong with the entry. */
function readEntry(text: string): WebhookEndpoint | string {
  const equals = text.indexOf('=')
  const name = equals === -1 ? '' : text.slice(0, equals).trim()
  if (!NAME.test(name))
    return 'expected name=platform:secret, the name in small letters, digits, - and _; a comma inside a secret is written %2C'
  const rest = text.slice(equals + 1).trim()
  const colon = rest.indexOf(':')
  const [kind = '', shop = null, ...more] = (colon === -1 ? '' : rest.slice(0, colon))
    .split('/')
    .map((part) => part.trim())
  const platform = webhookPlatforms.get(kind)
  if (platform === undefined) {
    // Not named: this piece may be the rest of a secret with a comma in it.
    return `expected one of ${[...webhookPlatforms.keys()].join(', ')} and a colon before the secret`
  }
  if (more.length > 0 || (shop !== null && !SHOP.test(shop)))
    return `${name}: expected a shop of 1 to 32 small letters, digits and _ after ${kind}/`
  const secret = decodeSecret(rest.slice(colon + 1).trim())
  if (secret === null) return `${name}: a percent sign inside a secret is written %25`
  if (secret.length < 6 || secret.length > 512) return `${name}: expected a secret of 6 to 512 characters`
  const problem = platform.problemOfSecret(secret)
  return problem === null ? { name, platform, secrets: [secret], shop } : `${name}: ${problem}`
}

const kindOf = ({ platform, shop }: WebhookEndpoint): string =>
  shop === null ? platform.name : `${platform.name}/${shop}`

function decodeSecret(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null // the text is a secret, so neither it nor the cause is told
  }
}
