/** What one event type promises: its subject, the data fields it must and may carry, and a real example. */
import { z } from 'zod'
import { type Envelope, orderSubject } from './envelope.ts'
import { type EventFieldName, eventFields } from './fields.ts'

/** `order`: the subject must name an order. `any`: it may, but the event can also be about something else. */
export type SubjectRule = 'order' | 'any'

export type EventContract = {
  /** The event type without its major version. */
  readonly type: string
  readonly subject: SubjectRule
  readonly required: readonly EventFieldName[]
  readonly optional: readonly EventFieldName[]
  /** Unknown fields are kept; an optional field may be absent or null. */
  readonly data: z.ZodType<Record<string, unknown>>
  readonly example: Envelope
}

export type ContractSpec = {
  readonly subject?: SubjectRule
  readonly required?: readonly EventFieldName[]
  readonly optional?: readonly EventFieldName[]
  readonly example: Partial<Envelope> & { readonly data: Record<string, unknown> }
}

export function defineContract(type: string, spec: ContractSpec): EventContract {
  const { subject = 'order', required = [], optional = [] } = spec
  return { type, subject, required, optional, data: dataSchema(required, optional), example: exampleOf(type, spec) }
}

function dataSchema(required: readonly EventFieldName[], optional: readonly EventFieldName[]) {
  const shape: Record<string, z.ZodType> = {}
  for (const name of required) shape[name] = eventFields[name].schema
  for (const name of optional) shape[name] = eventFields[name].schema.nullish()
  return z.looseObject(shape)
}

const EXAMPLE_ORDER = 'TM20260901000123'

/** Examples share one order, so that read together they tell its life. */
function exampleOf(type: string, { subject = 'order', example }: ContractSpec): Envelope {
  const aboutOrder = subject === 'order' ? { subject: orderSubject(EXAMPLE_ORDER), partitionkey: EXAMPLE_ORDER } : {}
  return {
    specversion: '1.0',
    id: `${type}-0001`,
    source: '/shop/tmall/oms',
    type: `${type}.v1`,
    ...aboutOrder,
    time: '2026-09-01T04:15:30.250Z',
    ...example,
  }
}
