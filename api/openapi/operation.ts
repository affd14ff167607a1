/** What the published description tells of a route besides the schemas that check it: its name, its words, its examples, how it refuses. */
import type { ErrorCode } from '../contract/errors.ts'

/** The chapters of the description, in the order in which they are told. */
export const tags = {
  session: 'Who is signed in. The session is a cookie; every change carries its CSRF token.',
  metrics: 'Numbers, the rows behind them, and what moved them.',
  boards: 'Boards as data, and the values their filters offer.',
  orders: "One order's whole life, and what may be done to it.",
  queue: 'Anomalies that wait for somebody, and incidents: many of one cause.',
  rules: 'Thresholds, calendars and promotions, and what a change of one would have done.',
  people: 'Who may do what, with which rows, and up to how much money.',
  keys: 'Keys by which machines ask, in the name of a person.',
  reports: 'Scheduled e-mails whose every number opens as its orders.',
  data: 'Where data comes from and what became of it. For people who see all channels and regions.',
  live: 'What changed, as it changes.',
  ingest: 'How others send events.',
  machinery: 'What the machinery around the product asks.',
} as const
export type Tag = keyof typeof tags

export type HeaderText = { readonly description: string; readonly example?: string; readonly required?: boolean }

export type FileText = {
  readonly description: string
  readonly example?: string
  /** Of a stream of events: the named shape of the data of each. */
  readonly events?: Readonly<Record<string, string>>
}

export type Operation = {
  /** The operationId: what generated clients call it. */
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  /** A value for every parameter that needs one, and words where the name does not say it. */
  readonly parameters?: Readonly<Record<string, { readonly example?: string | number; readonly description?: string }>>
  readonly headers?: Readonly<Record<string, HeaderText>>
  /** A body that is accepted. */
  readonly body?: unknown
  /** What the answer looks like. */
  readonly answer?: unknown
  readonly answerHeaders?: Readonly<Record<string, HeaderText>>
  /** Answers that are no JSON, by media type: beside it, or alone where the route has no schema for its answer. */
  readonly files?: Readonly<Record<string, FileText>>
  /** How it can be refused, besides what every route of its kind can say. */
  readonly refuses?: readonly ErrorCode[]
  /** Where it is not the policy that tells who may call it. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
}

/** By method and address as the route is registered: `GET /api/orders/:order_id`. */
export type Operations = Readonly<Record<`${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`, Operation>>

/** What a read of the warehouse can say. */
export const readsWarehouse = [
  'unavailable',
  'too_busy',
  'timeout',
  'result_too_large',
] as const satisfies readonly ErrorCode[]

/** What a question can say that names metrics, dimensions and instants. */
export const asksDoor = ['unknown_name', 'preparing', ...readsWarehouse] as const satisfies readonly ErrorCode[]

export const idempotencyKey = {
  'idempotency-key': {
    description: 'A UUID of your own for each action; the same one when you repeat it after a lost answer.',
    example: '7b1d8a52-6f0c-4a3e-9d55-0f2a4c9be771',
    required: true,
  },
} as const satisfies Readonly<Record<string, HeaderText>>
