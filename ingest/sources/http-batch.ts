/** Takes a request body apart into messages without touching their bytes: what is landed is what was sent. */
import { type HttpHeaders, readBinaryEvent } from './http-binary.ts'
import { deeperThan } from './http-depth.ts'
import type { HttpMessage } from './http-delivery.ts'

export type HttpBatch =
  | {
      readonly kind: 'accepted'
      readonly format: 'cloudevents' | 'cloudevents.binary'
      readonly messages: readonly HttpMessage[]
    }
  | { readonly kind: 'rejected'; readonly status: 400 | 413 | 415; readonly reason: string }

export const MAX_BODY_BYTES = 8 * 1024 * 1024
export const MAX_MESSAGES = 50_000
/** Levels of brackets in one event; real ones have fewer than ten. */
export const MAX_DEPTH = 64

const JSON_TYPES = new Set(['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'])
const LINES_TYPES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
])

/**
 * One JSON object, an array of them, one per line, or one event in binary mode. A JSON body is taken whole or not at all;
 * the lines of NDJSON stand for themselves, so a bad line becomes a dead letter and its neighbours events.
 */
export function parseHttpBatch(body: Buffer, headers: HttpHeaders): HttpBatch {
  if (body.length > MAX_BODY_BYTES) {
    return rejected(
      413,
      `the body has ${body.length} bytes; at most ${MAX_BODY_BYTES} are taken at once. Send several requests.`,
    )
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const binary = readBinaryEvent(body, type, headers)
  if (binary !== null) {
    return binary.kind === 'event'
      ? { kind: 'accepted', format: 'cloudevents.binary', messages: [binary.message] }
      : rejected(400, binary.reason)
  }
  const isLines = LINES_TYPES.has(type)
  if (!isLines && !JSON_TYPES.has(type)) {
    const sent = type === '' ? 'no content type came' : `"${type.slice(0, 80)}" came`
    return rejected(
      415,
      `expected application/cloudevents+json, application/cloudevents-batch+json, application/json, application/x-ndjson, or any type with ce- headers; ${sent}`,
    )
  }
  const bytes = withoutMark(body)
  const batch = isLines ? splitLines(bytes) : splitJson(bytes)
  if (batch.kind === 'rejected') return batch
  if (batch.messages.length === 0) return rejected(400, 'the body holds no message')
  if (batch.messages.length > MAX_MESSAGES) {
    return rejected(
      413,
      `the body holds ${batch.messages.length} messages; at most ${MAX_MESSAGES} are taken at once. Send several requests.`,
    )
  }
  return batch
}

function splitLines(bytes: Buffer): HttpBatch {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(LF, from)
    const to = newline === -1 ? bytes.length : newline
    const line = trim(bytes, from, to)
    if (line.length > 0) lines.push(line)
    if (deeperThan(line, MAX_DEPTH)) return rejected(400, `message ${lines.length} is ${TOO_DEEP}`)
    from = to + 1
  }
  return accepted(lines)
}

const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`

function splitJson(bytes: Buffer): HttpBatch {
  const whole = trim(bytes, 0, bytes.length)
  if (whole.length === 0) return rejected(400, 'the body is empty')
  // Looked at before parsing: the parser's time and stack grow with the depth. An array around the events is one level more.
  if (deeperThan(whole, MAX_DEPTH + (whole[0] === BRACKET ? 1 : 0))) return rejected(400, `the body is ${TOO_DEEP}`)
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(whole))
  } catch (cause) {
    const isEncoding = cause instanceof TypeError
    return rejected(400, isEncoding ? 'the body is not UTF-8 text' : 'the body is not JSON')
  }
  if (!Array.isArray(parsed))
    return isObject(parsed) ? accepted([whole]) : rejected(400, 'expected a JSON object or an array of objects')
  const odd = parsed.findIndex((element) => !isObject(element))
  if (odd !== -1) return rejected(400, `element ${odd} of the array is not an object`)
  return accepted(splitArray(whole))
}

const LF = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACKET = 0x5b
const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])

/** The objects of a JSON array as they stand in the text. Safe because the text has been parsed before. */
function splitArray(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (OPEN.has(byte)) {
      depth += 1
      if (depth === 2) from = at
    } else if (CLOSE.has(byte)) {
      if (depth === 2) elements.push(bytes.subarray(from, at + 1))
      depth -= 1
    }
  }
  return elements
}

function endOfString(bytes: Buffer, from: number): number {
  let at = from + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}

function trim(bytes: Buffer, from: number, to: number): Buffer {
  let first = from
  let last = to
  while (first < last && isSpace(bytes[first])) first += 1
  while (last > first && isSpace(bytes[last - 1])) last -= 1
  return bytes.subarray(first, last)
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09
}

/** Some systems start UTF-8 text with a byte order mark, which is no part of the first message. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function accepted(messages: readonly Buffer[]): HttpBatch {
  return { kind: 'accepted', format: 'cloudevents', messages: messages.map((value) => ({ value })) }
}

function rejected(status: 400 | 413 | 415, reason: string): HttpBatch {
  return { kind: 'rejected', status, reason }
}
