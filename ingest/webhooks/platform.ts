/** What a platform that sends webhooks is to us: how it signs, which of its headers are worth keeping, what it wants to hear. */

export type WebhookRequest = {
  readonly method: string
  /** Path as it was asked for, without the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The bytes as they came: a signature is made over bytes, never over what they mean. */
  readonly body: Buffer
}

export type Verdict =
  | { readonly kind: 'genuine' }
  /** A call that only asks whether somebody is here; unsigned, so nothing of it is kept. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly message: string }

export type Refusal = 'signature_missing' | 'signature_wrong' | 'signature_expired'

export type WebhookPlatform = {
  /** Name of the platform, of its landing format and of the folder of its mapping. */
  readonly name: string
  /** Genuine when one of the secrets made the signature; several while a secret is being changed. */
  verify(request: WebhookRequest, secrets: readonly string[], nowMs: number): Verdict
  /** Why a text cannot be a secret of this platform, without repeating it; null when it can. */
  problemOfSecret(secret: string): string | null
  /** Headers that are landed beside the body, apart from the content type; signatures never are. */
  readonly keptHeaders: RegExp
  readonly answer: { readonly type: string; readonly body: string }
}

/** How old a signed timestamp may be, in either direction. */
export const TOLERANCE_SECONDS = 300

export const OK_ANSWER = { type: 'application/json; charset=utf-8', body: '{"status":"landed"}' }

export const genuine: Verdict = { kind: 'genuine' }

export const missing = (header: string): Verdict => ({
  kind: 'refused',
  reason: 'signature_missing',
  message: `expected a signature in ${header}; none came`,
})

export const wrong = (header: string): Verdict => ({
  kind: 'refused',
  reason: 'signature_wrong',
  message: `the signature in ${header} was not made over these bytes with a secret of this endpoint. Compare the secret in INGEST_WEBHOOKS with the platform's, and send the body unchanged.`,
})

export const expired = (header: string): Verdict => ({
  kind: 'refused',
  reason: 'signature_expired',
  message: `the time in ${header} is more than ${TOLERANCE_SECONDS} seconds from ours; sign anew, or set the clocks`,
})
