/** The webhook doors: a request with a right signature is landed as it came, any other leaves nothing behind. */
import type { WebhookEndpoint } from '../webhooks/config.ts'
import type { Refusal, WebhookPlatform, WebhookRequest } from '../webhooks/platform.ts'
import { SHOP_HEADER } from '../derive/references.ts'
import type { HttpSource } from './http.ts'

export type { WebhookRequest } from '../webhooks/platform.ts'

export const MAX_WEBHOOK_BYTES = 5 * 1024 * 1024

export type WebhookOutcome =
  | { readonly kind: 'landed' | 'ping'; readonly answer: WebhookPlatform['answer'] }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly message: string }
  | { readonly kind: 'unknown' }

export type WebhookDoor = {
  /** Whether there is such an endpoint; asked before a body is read. */
  has(endpoint: string): boolean
  /** Resolves when the request is durable, or refused. */
  receive(endpoint: string, request: WebhookRequest): Promise<WebhookOutcome>
}

export type WebhookDoorOptions = {
  readonly endpoints: ReadonlyMap<string, WebhookEndpoint>
  readonly source: Pick<HttpSource, 'accept'>
  readonly now?: () => number
}

export function createWebhookDoor({ endpoints, source, now = Date.now }: WebhookDoorOptions): WebhookDoor {
  return {
    has: (endpoint) => endpoints.has(endpoint),
    async receive(name, request) {
      const endpoint = endpoints.get(name)
      if (endpoint === undefined) return { kind: 'unknown' }
      const { platform, secrets, shop } = endpoint
      const verdict = platform.verify(request, secrets, now())
      if (verdict.kind === 'refused') return verdict
      if (verdict.kind === 'ping') return { kind: 'ping', answer: platform.answer }
      const headers = landedHeaders(request.headers, platform, shop)
      await source.accept({
        topic: `webhook/${name}`,
        format: platform.name,
        messages: [{ value: request.body, key: Buffer.from(name), headers }],
      })
      return { kind: 'landed', answer: platform.answer }
    },
  }
}

/** A header is a word or two; what is longer is no header of these platforms. */
const MAX_HEADER_LENGTH = 1_024

function landedHeaders(
  headers: WebhookRequest['headers'],
  { keptHeaders: kept }: WebhookPlatform,
  shop: string | null,
): string {
  const entries = Object.entries(headers).filter(
    ([name, value]) =>
      (name === 'content-type' || kept.test(name)) && value !== undefined && value.length <= MAX_HEADER_LENGTH,
  )
  return JSON.stringify({ ...Object.fromEntries(entries), ...(shop !== null && { [SHOP_HEADER]: shop }) })
}
