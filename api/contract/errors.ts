/** The one shape of every error answer, and the closed lists of what it can say. Clients decide and word by these, never by the message. */
import { z } from 'zod'
import type { ActionRefusal } from './actions.ts'

/** Every way a request can be refused, with its status. */
export const errorCodes = {
  invalid_input: 400,
  unknown_name: 400,
  idempotency_key_required: 400,
  not_signed_in: 401,
  sign_in_failed: 401,
  ingest_key_refused: 401,
  signature_refused: 401,
  csrf_refused: 403,
  foreign_origin: 403,
  not_allowed: 403,
  not_found: 404,
  not_acceptable: 406,
  action_refused: 409,
  idempotency_in_flight: 409,
  conflict: 409,
  preparing: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  too_many_requests: 429,
  result_too_large: 422,
  internal: 500,
  unavailable: 503,
  timeout: 504,
} as const
export type ErrorCode = keyof typeof errorCodes

/** Finer than the code, each with the parts that its words need; `action_refused` has `actionRefusals` instead. */
export const errorReasons = {
  fields_refused: ['fields'],
  key_refused: [],
  two_credentials: [],
  people_only: [],
  key_permission_needed: ['permission'],
  key_too_wide: ['came'],
  key_life: ['most'],
  too_many_keys: ['most'],
  reads_spent: ['most'],
  questions_spent: ['most'],
  exports_spent: ['most'],
  name_unknown: ['came'],
  nothing_known: [],
  too_much_known: [],
  role_needed: ['expected', 'came'],
  all_rows_needed: [],
  one_request_a_table: ['came'],
  sign_in_throttled: ['seconds'],
  rate_limited: ['most'],
  reveals_spent: ['most'],
  cursor_refused: [],
  descriptor_refused: [],
  metric_redefined: ['metric'],
  rule_exists: [],
  rule_missing: [],
  rule_saved_meanwhile: ['name', 'version'],
  rule_orders_fixed: [],
  trial_too_large: [],
  trial_running: [],
  replays_elsewhere: [],
  replay_running: [],
  replay_not_running: [],
  derivation_not_stopped: ['topic'],
  zone_unknown: ['came'],
  cron_malformed: ['came'],
  cron_never: ['came'],
  cron_too_often: ['came'],
  too_many_reports: ['most'],
  report_not_yours: [],
  recipient_unknown: ['came'],
  mail_not_kept: [],
  person_exists: [],
  person_disabled: [],
  not_oneself: [],
  person_external: [],
  no_provider: [],
  identity_taken: [],
  passwords_off: [],
  link_void: [],
  password_length: ['shortest', 'longest', 'came'],
  password_common: [],
  batch_id_reused: [],
  signature_missing: [],
  signature_wrong: [],
  signature_expired: [],
} as const satisfies Record<string, readonly string[]>
export type ErrorReason = keyof typeof errorReasons | ActionRefusal
/** What was expected, what came: the parts of the message that differ from time to time. */
export type ErrorParts = Readonly<Record<string, string | number>>

export const errorSchema = z.object({
  statusCode: z.int(),
  /** Stable, one of `errorCodes`. */
  code: z.string(),
  error: z.string(),
  message: z.string(),
  requestId: z.string(),
  /** One of `errorReasons`, where there is more to tell; with `action_refused` one of `actionRefusals`. */
  reason: z.string().optional(),
  parts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type ApiErrorBody = z.infer<typeof errorSchema>
