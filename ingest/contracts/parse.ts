/**
 * One message → one canonical event, or the reason why not. The hot path does this in SQL; this is the same decision
 * for tests, producers and the preview of a single message.
 */
import { z } from 'zod'
import { type Envelope, envelopeSchema, orderIdOf, parseEventType } from './envelope.ts'
import { eventFields } from './fields.ts'
import { eventContracts } from './registry.ts'

/** Why a message cannot become an event; `unreadable_record` is for foreign formats. */
export const rejectReasons = [
  'empty',
  'invalid_json',
  'not_object',
  'missing_attribute',
  'wrong_type',
  'unknown_event_type',
  'unsupported_version',
  'out_of_range',
  'unreadable_record',
] as const
export type RejectReason = (typeof rejectReasons)[number]

export type Outcome<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly detail: string }

export type CanonicalEvent = {
  readonly type: string
  readonly major: number
  readonly orderId: string | undefined
  readonly envelope: Envelope
}

const SUPPORTED_MAJOR = 1
/** Earlier than any shop's data; later than this much ahead of us is a broken clock. */
const EARLIEST = Date.UTC(2000, 0, 1)
const LATEST_AHEAD_MS = 400 * 86_400_000

/** Decides about one message as text. */
export function parseEvent(message: string | Buffer | null | undefined): Outcome<CanonicalEvent> {
  // A byte order mark before JSON is common from Windows producers and means nothing.
  const text = (message?.toString() ?? '').replace(/^\ufeff/, '')
  if (text.trim() === '') return rejected('empty', 'the message has no bytes')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return rejected('invalid_json', error instanceof Error ? error.message : 'not JSON')
  }
  return parseEnvelope(json)
}

/** Decides about one message that is JSON already. */
export function parseEnvelope(json: unknown): Outcome<CanonicalEvent> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return rejected('not_object', `expected a JSON object, found ${describe(json)}`)
  }
  const parsed = envelopeSchema.safeParse(json, { reportInput: true })
  if (!parsed.success) return fromIssue(parsed.error, '')
  const envelope = parsed.data
  const { name, major } = parseEventType(envelope.type)
  const contract = eventContracts.get(name)
  if (contract === undefined) return rejected('unknown_event_type', `no contract for event type "${name}"`)
  if (major !== SUPPORTED_MAJOR)
    return rejected('unsupported_version', `${name} is known as v${SUPPORTED_MAJOR}, not v${major}`)
  const orderId = orderIdOf(envelope.subject)
  if (contract.subject === 'order' && orderId === undefined) {
    return rejected('missing_attribute', `subject: ${name} needs "order/{order_id}"`)
  }
  const occurredAt = Date.parse(envelope.time)
  if (occurredAt < EARLIEST || occurredAt > Date.now() + LATEST_AHEAD_MS) {
    return rejected('out_of_range', `time: ${envelope.time} is before 2000 or more than 400 days ahead`)
  }
  const data = contract.data.safeParse(envelope.data, { reportInput: true })
  if (!data.success) return fromIssue(data.error, 'data.')
  const known = knownFieldsSchema.safeParse(envelope.data, { reportInput: true })
  if (!known.success) return fromIssue(known.error, 'data.')
  return { kind: 'accepted', value: { type: name, major, orderId, envelope } }
}

/** A field we have a column for must fit it, also where the contract of the type does not ask for it. */
const knownFieldsSchema = z.looseObject(
  Object.fromEntries(Object.entries(eventFields).map(([name, field]) => [name, field.schema.nullish()])),
)

const rejected = (reason: RejectReason, detail: string): Outcome<never> => ({ kind: 'rejected', reason, detail })

/** The first complaint decides: one message has one reason. */
function fromIssue(error: z.ZodError, prefix: string): Outcome<never> {
  const issue = error.issues[0]
  if (issue === undefined) return rejected('wrong_type', error.message)
  const name = prefix + issue.path.join('.')
  const isAbsent = issue.input === undefined || (issue.input === null && issue.path.length === 1)
  if (isAbsent) return rejected('missing_attribute', `${name} is missing`)
  const reason = issue.code === 'too_big' || issue.code === 'too_small' ? 'out_of_range' : 'wrong_type'
  return rejected(reason, `${name}: ${issue.message}`)
}

function describe(json: unknown): string {
  if (json === null) return 'null'
  return Array.isArray(json) ? 'an array' : `a ${typeof json}`
}
