/** The CloudEvents 1.0 envelope (structured JSON) that every event of every system travels in. */
import { z } from 'zod'

const attribute = z.string().min(1).max(512)
const instant = z.iso.datetime({ offset: true })

export const authTypes = [
  'app_user',
  'user',
  'service_account',
  'api_key',
  'system',
  'unauthenticated',
  'unknown',
] as const
export type AuthType = (typeof authTypes)[number]

/** Attributes we do not know are kept: a producer may add its own extensions. */
export const envelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: attribute,
  source: attribute,
  type: attribute,
  subject: attribute.nullish(),
  /** When it happened in the world of the source. */
  time: instant,
  /** When the source wrote it down. */
  recordedtime: instant.nullish(),
  partitionkey: attribute.nullish(),
  /** The source's own counter for the order, if it has one. */
  sequence: z.string().max(64).nullish(),
  correlationid: attribute.nullish(),
  causationid: attribute.nullish(),
  authtype: z.enum(authTypes).nullish(),
  authid: z.string().max(256).nullish(),
  traceparent: z.string().max(128).nullish(),
  data: z.looseObject({}),
})
export type Envelope = z.infer<typeof envelopeSchema>

export type VersionedName = { readonly name: string; readonly major: number }

const VERSIONED = /^(.+)\.v([1-9][0-9]{0,3})$/

/** `order.created.v1` → `{ name: 'order.created', major: 1 }`; without a version it is major 1. */
export function parseEventType(type: string): VersionedName {
  const match = VERSIONED.exec(type)
  return match?.[1] === undefined ? { name: type, major: 1 } : { name: match[1], major: Number(match[2]) }
}

const ORDER_SUBJECT = 'order/'

/** The order an event is about, or undefined when its subject is something else. */
export function orderIdOf(subject: string | null | undefined): string | undefined {
  if (!subject?.startsWith(ORDER_SUBJECT) || subject.length === ORDER_SUBJECT.length) return undefined
  return subject.slice(ORDER_SUBJECT.length)
}

export const orderSubject = (orderId: string): string => ORDER_SUBJECT + orderId
