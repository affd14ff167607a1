/** The Data screen: where data comes from, what became of it, and what can be done about what could not be read.
 * GET /api/data/health · /api/data/balance (exact, slower) · /api/data/rate · /api/data/storage
 * GET /api/data/models: every relation with its last build, freshness and lineage · /api/data/models/:name: one in full
 * GET /api/data/dead-letters · /api/data/dead-letters/messages · POST /api/data/dead-letters/reveal (audited)
 * GET /api/data/audit/findings · POST /api/data/replays · POST /api/data/replays/:job_id/stop · POST /api/data/breakers/hold
 * All of it is for people who see all channels and regions; what changes something is the administrator's.
 */
import { z } from 'zod'
import { cursorSchema, nextCursorSchema, pageLimit } from './pages.ts'

const count = z.number()
const instant = z.string()

export const topicBalanceSchema = z.object({
  topic: z.string(),
  landed: count,
  events: count,
  dead_letters: count,
  set_aside: count,
  /** Landed without an outcome so far. */
  waiting: count,
  /** Records of files that others refer to. */
  reference: count,
  /** Declared derived, and without an outcome: a loss. */
  missing: count,
  /** More outcomes than messages. */
  surplus: count,
})
/** GET /api/data/balance, and a part of the health. */
export const balanceSchema = topicBalanceSchema.omit({ topic: true }).extend({
  /** False where events were counted without merging, so that one derived twice may count twice for a while. */
  exact: z.boolean(),
  balanced: z.boolean(),
  at: instant,
  topics: z.array(topicBalanceSchema),
})
export type Balance = z.infer<typeof balanceSchema>

export const auditedStreamSchema = z.object({
  topic: z.string(),
  partition: count,
  epoch: z.string(),
  audited_at: instant,
  batches: count,
  rows: count,
  first_offset: z.string(),
  last_offset: z.string(),
  gaps: count,
  missing: count,
  doubled: count,
  altered: count,
  unaccounted: count,
  broker_checked: count,
  broker_differing: count,
})
export type AuditedStream = z.infer<typeof auditedStreamSchema>
export const auditSummarySchema = z.object({
  last_round_at: instant.nullable(),
  clean_since: instant.nullable(),
  faulty_since: instant.nullable(),
  rounds: count,
  streams: count,
  batches: count,
  rows: count,
  broker_checked: count,
  lost: count,
  doubled: count,
  altered: count,
  unaccounted: count,
  broker_differing: count,
  faults: z.array(auditedStreamSchema),
})
export type AuditSummary = z.infer<typeof auditSummarySchema>

export const sourceKindSchema = z.enum(['kafka', 'http', 'webhook', 'file', 'simulator', 'portal'])
export const dataSourceSchema = z.object({
  topic: z.string(),
  kind: sourceKindSchema,
  formats: z.array(z.string()),
  landed: count,
  dead_letters: count,
  /** Landed and without an outcome so far. */
  waiting: count,
  per_second: count,
  /** Messages per minute of the last hour, oldest first. */
  minutes: z.array(count),
  last_landed_at: instant.nullable(),
  lag: count.nullable(),
  behind_ms: count.nullable(),
  state: z.string(),
  problem: z.string(),
  streams: z.array(
    z.object({
      partition: count,
      epoch: z.string(),
      state: z.string(),
      problem: z.string(),
      next_offset: z.string(),
      broker_low: z.string().nullable(),
      broker_high: z.string().nullable(),
      lag: count.nullable(),
      reported_at: instant,
      per_second: count,
    }),
  ),
  notes: z.array(
    z.object({
      noted_at: instant,
      partition: count,
      kind: z.string(),
      range_first: z.string(),
      range_last: z.string(),
      detail: z.string(),
    }),
  ),
})
export type DataSource = z.infer<typeof dataSourceSchema>

/** One system that tells events: a CloudEvents `source`. */
export const heardSystemSchema = z.object({
  source: z.string(),
  state: z.string(),
  last_event_at: instant.nullable(),
  last_landed_at: instant.nullable(),
  gaps: count,
  gap_p50_s: count.nullable(),
  gap_p99_s: count.nullable(),
  limit_s: count.nullable(),
  silent_since: instant.nullable(),
  held_until: instant.nullable(),
  rules_paused: z.array(z.string()),
  channels: z.array(z.string()),
})
export type HeardSystem = z.infer<typeof heardSystemSchema>

export const breakerSchema = z.object({
  topic: z.string(),
  /** open = stopped because too much is rejected, held = derived on an administrator's word, closed = derived. */
  state: z.enum(['open', 'closed', 'held']),
  messages: count,
  rejected: count,
  detail: z.string(),
  changed_by: z.string(),
  changed_at: instant,
})

export const ingestJobSchema = z.object({
  job_id: z.string(),
  kind: z.string(),
  title: z.string(),
  requested_by: z.string(),
  /** interrupted = it said it runs and told nothing for a minute: its process ended without a word. */
  state: z.enum(['running', 'done', 'stopped', 'failed', 'interrupted']),
  done: count,
  total: count,
  outcome: z.string(),
  detail: z.string(),
  started_at: instant,
  updated_at: instant,
})
export type IngestJob = z.infer<typeof ingestJobSchema>

/** GET /api/data/health */
export const dataHealthSchema = z.object({
  at: instant,
  data_as_of: instant,
  last_tick: z.object({ at: instant, ms: count, orders: count }).nullable(),
  balance: balanceSchema,
  audit: auditSummarySchema,
  sources: z.array(dataSourceSchema),
  systems: z.array(heardSystemSchema),
  /** With how many messages of the topic wait. */
  breakers: z.array(breakerSchema.extend({ waiting: count })),
  set_aside: z.array(z.object({ topic: z.string(), format: z.string(), kind: z.string(), n: count, last_at: instant })),
  jobs: z.array(ingestJobSchema),
  dead_by_reason: z.array(z.object({ reason: z.string(), n: count })),
  /** Whether this process can replay; another one of this installation may. */
  can_replay: z.boolean(),
})
export type DataHealth = z.infer<typeof dataHealthSchema>
export type DerivationBreaker = DataHealth['breakers'][number]

/** GET /api/data/rate */
export const rateQuerySchema = z.strictObject({ hours: z.coerce.number().int().min(1).max(72).default(3) })
export const landingRateSchema = z.object({
  step_s: count,
  buckets: z.array(z.object({ at: instant, landed: count, derived: count })),
})
export type LandingRate = z.infer<typeof landingRateSchema>

/** GET /api/data/storage; `landing_paused_since`: nothing lands, because the disk is nearly full. Null while there is room. */
export const storageSchema = z.object({
  disk: z.object({ free: count, total: count }).nullable(),
  tables: z.array(z.object({ name: z.string(), rows: count, bytes: count, parts: count })),
  landing_paused_since: instant.nullable(),
})
export type Storage = z.infer<typeof storageSchema>

const text = z.string().max(512)
const selection = { reason: text.optional(), topic: text.optional(), format: text.optional() }
const digits = /^\d{1,20}$/
/** 64 bits as text: a JSON number would lose digits. Every check is asked, also after one that failed. */
const offset = z
  .string()
  .regex(digits)
  .refine((value) => !digits.test(value) || BigInt(value) < 2n ** 64n, 'beyond 64 bits')
const partition = z.int().min(0).max(65_535)

export const deadLetterQuerySchema = z.strictObject({
  ...selection,
  path: text.optional(),
  cured: z.enum(['0', '1']).default('0'),
})
export const messagePlaceSchema = z.strictObject({ topic: text, partition, epoch: text, offset })
export type MessagePlace = z.infer<typeof messagePlaceSchema>
export const deadLettersSchema = z.object({
  open: count,
  cured: count,
  total_groups: count,
  groups: z.array(
    z.object({
      reason: z.string(),
      topic: z.string(),
      format: z.string(),
      path: z.string(),
      n: count,
      first_seen: instant,
      last_seen: instant,
      detail: z.string(),
      latest: z.object({ topic: z.string(), partition: count, epoch: z.string(), offset: z.string() }),
    }),
  ),
  reasons: z.array(z.object({ reason: z.string(), n: count })),
  topics: z.array(z.object({ topic: z.string(), n: count })),
  formats: z.array(z.object({ format: z.string(), n: count })),
})
export type DeadLetters = z.infer<typeof deadLettersSchema>
export type DeadLetterGroup = DeadLetters['groups'][number]

/** GET /api/data/dead-letters/messages */
export const deadLetterPageQuerySchema = deadLetterQuerySchema.extend({
  limit: pageLimit(200, 25),
  cursor: cursorSchema,
})
export const deadLetterPageSchema = z.object({
  total: count,
  next_cursor: nextCursorSchema,
  rows: z.array(
    z.object({
      topic: z.string(),
      partition: count,
      epoch: z.string(),
      offset: z.string(),
      ordinal: count,
      format: z.string(),
      reason: z.string(),
      path: z.string(),
      detail: z.string(),
      landed_at: instant,
      derived_at: instant,
    }),
  ),
})
export type DeadLetterPage = z.infer<typeof deadLetterPageSchema>

/** POST /api/data/dead-letters/reveal: what was sent may hold personal data, so each look is written down. */
export const rawMessageSchema = z.object({
  topic: z.string(),
  partition: count,
  epoch: z.string(),
  offset: z.string(),
  format: z.string(),
  batch_id: z.string(),
  headers: z.string(),
  key: z.string(),
  /** As text where the bytes are text; otherwise as a dump of the bytes. */
  value: z.string(),
  shown_as: z.enum(['json', 'text', 'bytes']),
  value_bytes: count,
  truncated: z.boolean(),
  /** Whether something personal was hidden. */
  is_hidden: z.boolean(),
  broker_at: instant,
  landed_at: instant,
})
export type RawMessage = z.infer<typeof rawMessageSchema>

/** GET /api/data/audit/findings */
export const auditStreamQuerySchema = z.strictObject({
  topic: text,
  partition: z.coerce.number().int().min(0).max(65_535),
  epoch: text,
})
export const auditFindingsSchema = z.object({
  findings: z.array(
    z.object({
      kind: z.enum(['gap', 'vanished', 'short', 'doubled', 'altered', 'unaccounted']),
      range_first: z.string(),
      range_last: z.string(),
      n: count,
    }),
  ),
})
export type AuditFindings = z.infer<typeof auditFindingsSchema>

/** POST /api/data/replays */
export const replayBodySchema = z.strictObject(selection)
export type ReplayBody = z.infer<typeof replayBodySchema>
export const replayStartedSchema = z.object({ job_id: z.string() })

/** POST /api/data/breakers/hold: derive the topic for an hour although much of it is rejected. */
export const holdBodySchema = z.strictObject({ topic: text })

/** GET /api/data/models: seeds and models in build order. */
export const modelsSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      /** The folder it stands in: staging, facts, expectations, anomalies, sources, marts; seeds. */
      layer: z.string(),
      kind: z.enum(['seed', 'ephemeral', 'view', 'table', 'incremental', 'materialized_view']),
      description: z.string(),
      tags: z.array(z.string()),
      /** Sources under their full names. */
      reads: z.array(z.string()),
      read_by: z.array(z.string()),
      last_build: z
        .object({ at: instant, outcome: z.string(), rows: count.nullable(), ms: count, detail: z.string() })
        .nullable(),
      /** What happened up to here is in it; null where it follows what lands, or does not age. */
      fresh_at: instant.nullable(),
      /** Its text, or that of what it reads, is not what it was built from; null for what was never built. */
      is_changed: z.boolean().nullable(),
    }),
  ),
})
export type ModelState = z.infer<typeof modelsSchema>['models'][number]

/** GET /api/data/models/:name */
export const modelNameSchema = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/) })
export const modelDetailSchema = z.object({
  name: z.string(),
  path: z.string(),
  columns: z.array(z.object({ name: z.string(), description: z.string(), tests: z.array(z.string()) })),
  tests: z.array(z.string()),
  unit_tests: z.array(z.object({ name: z.string(), description: z.string() })),
  /** The statement of a whole build; null for a seed. */
  sql: z.string().nullable(),
})
export type ModelDetail = z.infer<typeof modelDetailSchema>
