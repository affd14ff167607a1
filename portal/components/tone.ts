/** Which statuses are good, bad, a warning or under way: colour is never alone, the word stands beside it. */
import type { WordKind } from '#portal/i18n/words.ts'

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain'

const common: Record<string, Tone> = {
  paid: 'good',
  fulfilled: 'good',
  completed: 'good',
  delivered: 'good',
  succeeded: 'good',
  captured: 'good',
  redeemed: 'good',
  resolved: 'good',
  sent: 'good',
  done: 'good',
  confirmed: 'good',
  shipped: 'good',
  failed: 'bad',
  failure: 'bad',
  request_declined: 'bad',
  attempt_failed: 'bad',
  return_to_sender: 'bad',
  escalated: 'bad',
  overdue: 'bad',
  s1: 'bad',
  breached: 'bad',
  open: 'bad',
  pending: 'warn',
  on_hold: 'warn',
  manual_review: 'warn',
  requires_action: 'warn',
  partially_paid: 'warn',
  overpaid: 'warn',
  at_risk: 'warn',
  s2: 'warn',
  late: 'warn',
  in_doubt: 'warn',
  skipped_late: 'warn',
  expired: 'warn',
  processing: 'busy',
  in_progress: 'busy',
  in_transit: 'busy',
  out_for_delivery: 'busy',
  picked_up: 'busy',
  queued: 'busy',
  sending: 'busy',
  running: 'busy',
  due: 'busy',
  authorized: 'busy',
  partially_fulfilled: 'busy',
  scheduled: 'busy',
}

const special: Partial<Record<WordKind, Record<string, Tone>>> = {
  refund_status: { succeeded: 'plain', pending: 'busy', requested: 'busy' },
  incident_status: { active: 'bad', subsiding: 'warn' },
  action_state: { sent: 'busy' },
  coupon_status: { expired: 'plain' },
  stream_state: { running: 'good', paused: 'warn', waiting: 'warn', stopped: 'bad', unreported: 'warn' },
  note_kind: { retention_cut: 'bad', gap_accepted: 'warn', topic_recreated: 'warn', topic_removed: 'warn' },
  system_state: { live: 'good', quiet: 'warn', silent: 'bad', catching_up: 'busy', given_up: 'bad' },
  job_state: { stopped: 'plain', interrupted: 'warn' },
  build_outcome: { built: 'good', unchanged: 'plain', skipped: 'warn' },
  promise_state: { kept: 'good', late: 'warn', broken: 'bad', void: 'plain' },
  breaker_state: { held: 'warn', closed: 'good' },
}

export function toneOf(kind: WordKind, code: string): Tone {
  return special[kind]?.[code] ?? common[code] ?? 'plain'
}
