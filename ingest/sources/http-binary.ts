/** CloudEvents in HTTP binary mode: attributes in `ce-` headers, the body is the data (CloudEvents HTTP binding 1.0.2, §3.1). */
import type { HttpMessage } from './http-delivery.ts'

/** Names in lower case. */
export type HttpHeaders = Readonly<Record<string, string | undefined>>

export type BinaryEvent =
  | { readonly kind: 'event'; readonly message: HttpMessage }
  | { readonly kind: 'rejected'; readonly reason: string }

const REQUIRED = ['specversion', 'id', 'source', 'type'] as const
const STRUCTURED = /^application\/cloudevents/
const PREFIX = 'ce-'

/** Null when the request is not in binary mode. */
export function readBinaryEvent(body: Buffer, contentType: string, headers: HttpHeaders): BinaryEvent | null {
  // `data` is the body's name and no attribute's.
  const given = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX) && name !== 'ce-data')
  const attributes = new Map(given.map(([name, value]) => [name.slice(PREFIX.length), decodeAttribute(value ?? '')]))
  if (STRUCTURED.test(contentType) || !REQUIRED.some((name) => attributes.has(name))) return null
  const absent = REQUIRED.filter((name) => (attributes.get(name) ?? '') === '')
  if (absent.length > 0) {
    const names = absent.map((name) => PREFIX + name).join(', ')
    return { kind: 'rejected', reason: `an event in binary mode needs the headers ${names}` }
  }
  const type = headers['content-type']
  const kept = { ...Object.fromEntries(attributes), ...(type === undefined ? {} : { 'content-type': type }) }
  return { kind: 'event', message: { value: body, headers: JSON.stringify(kept) } }
}

/** Values outside printable ASCII are percent-encoded UTF-8, perhaps in quotes; some senders write plain UTF-8. */
function decodeAttribute(header: string): string {
  const text = asUtf8(header)
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)
  const plain = quoted === null ? text : (quoted[1] ?? '').replaceAll(/\\(.)/gs, '$1')
  return plain.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped // not UTF-8: kept as it was written
    }
  })
}

/** Node reads header bytes as Latin-1. */
function asUtf8(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}
