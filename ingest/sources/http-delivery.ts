/** What a request brings to be landed, and what its sender is told. */
import type { SourceBatch, SourceMessage } from './source.ts'

/** Lands a batch; resolves when it is durable, with the blocks that were new. Rejects only with a retryable failure. */
export type LandHttp = (batch: SourceBatch, signal?: AbortSignal) => Promise<readonly { readonly rows: number }[]>

export type HttpMessage = {
  readonly value: Buffer
  readonly key?: Buffer
  /** Text of a JSON object. */
  readonly headers?: string
}

/** What one request brings. */
export type HttpDelivery = {
  /** `http/` and the name of a key, or `webhook/` and the name of an endpoint. */
  readonly topic: string
  readonly format: string
  readonly messages: readonly HttpMessage[]
}

export type HttpReceipt = {
  readonly topic: string
  readonly first: bigint
  readonly last: bigint
  readonly messages: number
}

/** The messages at the positions from `first` on. */
export function positioned(messages: readonly HttpMessage[], first: bigint, brokerAtMs: number): SourceMessage[] {
  return messages.map(({ value, key = null, headers }, index) => ({
    offset: first + BigInt(index),
    key,
    value,
    ...(headers === undefined ? {} : { headers }),
    brokerAtMs,
  }))
}

export function receiptOf({ topic, messages }: HttpDelivery, first: bigint): HttpReceipt {
  return { topic, first, last: first + BigInt(messages.length) - 1n, messages: messages.length }
}
