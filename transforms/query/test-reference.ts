/** For tests: every metric worked out a second time, in plain loops over plain rows. */
import type { Row, Told } from './test-told.ts'

const DAY = 86_400_000

/** What takes its perfection from an order: damage, wrong goods, a wrong charge, goods that never came. */
const SPOILING = [
  'parcel_damaged',
  'wrong_or_missing_item',
  'delivered_not_received',
  'price_discrepancy',
  'payment_amount_mismatch',
  'duplicate_payment',
  'refund_over_or_duplicate',
]

export type Spans = () => {
  readonly since: number
  readonly until: number
  readonly pauses?: readonly [number, number][]
}[]
export type Reference = {
  readonly shares: Readonly<Record<string, () => number | null>>
  readonly counts: Readonly<Record<string, () => number>>
  readonly durations: Readonly<Record<string, Spans>>
}

/** By metric name; durations without their statistic. Rows and the instant are asked for when a number is worked out. */
export function createReference(told: () => Told, asOf: () => number): Reference {
  const opened = (): Row[] => told().anomalies.filter((row) => row['opened_at'] !== null)
  const confirmedOrders = (): Set<unknown> =>
    new Set(opened().flatMap((row) => (row['status'] === 'dismissed' ? [] : [row['order_id']])))
  const badOrders = (): Set<unknown> =>
    new Set(
      opened().flatMap((row) =>
        row['status'] !== 'dismissed' && SPOILING.includes(String(row['anomaly_type'])) ? [row['order_id']] : [],
      ),
    )
  const openNow = (): Row[] =>
    opened().filter((row) => known(row, 'opened_at') <= asOf() && row['resolved_at'] === null)
  const repaired = (): Row[] =>
    opened().filter(
      (row) =>
        row['status'] === 'resolved' &&
        row['resolver'] !== 'expired' &&
        known(row, 'resolved_at') >= known(row, 'detected_at'),
    )
  const byAgents = (): Row[] => opened().filter((row) => row['status'] === 'resolved' && row['resolver'] === 'agent')
  const owners = (row: Row): unknown[] => row['owners'] as unknown[]

  const teams = (row: Row): unknown[] => row['teams'] as unknown[]
  const handedTeams = (): Row[] => opened().filter((row) => teams(row).length > 0)
  const paidFor = (...kinds: string[]): number =>
    told()
      .costs.filter(({ kind }) => kinds.includes(String(kind)))
      .reduce((sum, row) => sum + Number(row['amount']), 0)
  const shares: Readonly<Record<string, () => number | null>> = {
    team_hand_off_rate: () => ratio(handedTeams(), (row) => teams(row).length > 1),
    anomaly_rate: () => {
      const confirmed = confirmedOrders()
      return ratio(
        told().orders.filter((row) => row['created_at'] !== null),
        (row) => confirmed.has(row['order_id']),
      )
    },
    on_time_delivery_rate: () => ratio(told().orders.filter(deliveredOrOverdue(asOf())), (row) => onTime(row)),
    otif_rate: () =>
      ratio(told().orders.filter(deliveredOrOverdue(asOf(), FIRST)), (row) => onTime(row, FIRST) && allArrived(row)),
    otif_line_rate: () =>
      ratio(
        told()
          .orders.filter(deliveredOrOverdue(asOf(), FIRST))
          .flatMap((row) => (row['lines'] as Row[]).map(() => row)),
        (row) => onTime(row, FIRST) && allArrived(row),
      ),
    perfect_order_rate: () => {
      const bad = badOrders()
      return ratio(
        told().orders.filter((row) => row['delivered_at'] !== null && row['promised_delivery_until'] !== null),
        (row) =>
          onTime(row) &&
          allArrived(row) &&
          (row['payment_difference'] === null || Math.abs(Number(row['payment_difference'])) <= 1) &&
          !bad.has(row['order_id']),
      )
    },
    late_dispatch_rate: () =>
      ratio(
        told().promises.filter((row) => row['kind'] === 'ship_by' && (kept(row) || broken(asOf())(row))),
        (row) => !kept(row),
      ),
    sla_attainment: () =>
      ratio(
        told().promises.filter((row) => kept(row) || broken(asOf())(row)),
        kept,
      ),
    valid_tracking_rate: () =>
      ratio(
        told()
          .orders.flatMap(parcels)
          .filter((row) => row['handed_over_at'] !== null || row['first_scan_at'] !== null),
        (row) => row['first_scan_at'] !== null,
      ),
    refund_success_rate: () =>
      ratio(
        told().refunds.filter((row) => row['succeeded_at'] !== null || row['failed_at'] !== null),
        (row) => row['succeeded_at'] !== null,
      ),
    first_contact_resolution_rate: () =>
      ratio(byAgents(), (row) => {
        const isSoon = (at: number): boolean =>
          at > known(row, 'resolved_at') && at <= known(row, 'resolved_at') + 7 * DAY
        const ofOrder = (other: Row): boolean => other['order_id'] === row['order_id']
        return (
          Number(row['agent_actions']) <= 1 &&
          (row['reopened_ats'] as number[]).length === 0 &&
          !told().contacts.some((contact) => ofOrder(contact) && isSoon(known(contact, 'contacted_at'))) &&
          !opened().some(
            (other) => ofOrder(other) && other['category'] === row['category'] && isSoon(known(other, 'opened_at')),
          )
        )
      }),
    automation_rate: () =>
      ratio(
        opened().filter(
          (row) => row['status'] === 'resolved' && (row['resolver'] === 'automation' || row['resolver'] === 'agent'),
        ),
        (row) => row['resolver'] === 'automation',
      ),
    self_heal_share: () =>
      ratio(
        opened().filter((row) => row['resolved_at'] !== null),
        (row) => row['resolver'] === 'self_healed',
      ),
    foreseen_share: () => ratio(opened(), (row) => known(row, 'detected_at') < known(row, 'opened_at')),
    reopen_rate: () =>
      ratio(
        opened().filter((row) => row['first_resolved_at'] !== null),
        (row) =>
          (row['reopened_ats'] as number[]).some(
            (t) => t > known(row, 'first_resolved_at') && t <= known(row, 'first_resolved_at') + 7 * DAY,
          ),
      ),
    detection_precision: () =>
      ratio(
        told().anomalies.filter((row) => Number(row['touches']) > 0),
        (row) => row['resolver'] !== 'false_positive',
      ),
    hand_off_rate: () =>
      ratio(
        opened().filter((row) => owners(row).length > 0),
        (row) => owners(row).length > 1,
      ),
    automation_failure_rate: () =>
      ratio(
        told().actions.filter((row) => row['is_automatic'] === true),
        (row) => row['failed_at'] !== null && row['executed_at'] === null,
      ),
    automation_override_rate: () =>
      ratio(
        told().actions.filter((row) => row['is_automatic'] === true && row['executed_at'] !== null),
        (row) => row['overridden_at'] !== null,
      ),
    we_knew_first_rate: () =>
      ratio(told().contacts, (contact) =>
        opened().some(
          (row) =>
            row['order_id'] === contact['order_id'] &&
            row['status'] !== 'dismissed' &&
            known(row, 'opened_at') <= known(contact, 'contacted_at') - 15 * 60_000,
        ),
      ),
    touches_per_case: () => mean(byAgents().map((row) => Number(row['touches']))),
    teams_per_case: () => mean(handedTeams().map((row) => teams(row).length)),
    owners_per_case: () =>
      mean(
        opened()
          .filter((row) => owners(row).length > 0)
          .map((row) => owners(row).length),
      ),
  }

  const counts: Readonly<Record<string, () => number>> = {
    promises_running: () =>
      told().promises.filter(
        (row) =>
          known(row, 'set_at') <= asOf() &&
          known(row, 'due_at') > asOf() &&
          !(known(row, 'met_at') <= asOf()) &&
          !(known(row, 'void_at') <= asOf()),
      ).length,
    open_backlog: () => openNow().length,
    money_at_risk: () => openNow().reduce((sum, row) => sum + Number(row['exposure_amount']), 0),
    money_recovered: () =>
      told()
        .anomalies.filter(
          (row) => row['opened_at'] === null && row['status'] === 'resolved' && row['status_reason'] === '',
        )
        .reduce((sum, row) => sum + Number(row['exposure_amount']), 0),
    resolved_untouched: () =>
      opened().filter((row) => row['resolver'] === 'automation' && row['acknowledged_at'] === null).length,
    anomalies_resolved: () => opened().filter((row) => row['status'] === 'resolved').length,
    anomalies_ended: () => opened().filter((row) => row['resolved_at'] !== null).length,
    parcels_shipped: () =>
      told()
        .orders.flatMap(parcels)
        .filter((row) => row['handed_over_at'] !== null || row['first_scan_at'] !== null).length,
    refund_rows: () => told().refunds.length,
    buyer_contacts: () => told().contacts.length,
    money_lost: () => paidFor('penalty', 'compensation', 'write_off', 'chargeback'),
    costs_incurred: () => told().costs.length,
    cost_of_exceptions: () => {
      const placed = told().orders.filter((row) => row['created_at'] !== null)
      const touches = told().anomalies.reduce((sum, row) => sum + Number(row['touches']), 0)
      // Every order of the store is paid for in yuan: four minutes at seventy fen each.
      return (100 * (paidFor('penalty', 'compensation', 'reship') + touches * 4 * 70)) / placed.length
    },
    actions_attempted: () => told().actions.length,
  }

  const sinceDetection = (until: string): Spans => {
    const spans = between(opened, 'detected_at', until)
    return () => spans().filter((span) => span.until >= span.since)
  }
  const durations: Readonly<Record<string, Spans>> = {
    time_to_detect: () =>
      opened().map((row) => ({
        since: known(row, 'opened_at'),
        until: Math.max(known(row, 'opened_at'), known(row, 'detected_at')),
      })),
    time_to_acknowledge: sinceDetection('acknowledged_at'),
    time_to_first_action: sinceDetection('first_action_at'),
    time_to_repair: () =>
      repaired().map((row) => ({
        since: known(row, 'detected_at'),
        until: known(row, 'resolved_at'),
        pauses: row['pauses'] as [number, number][],
      })),
    time_to_resolve: between(
      () => opened().filter((row) => row['status'] === 'resolved' && row['resolver'] !== 'expired'),
      'opened_at',
      'resolved_at',
    ),
    refund_cycle: between(() => told().refunds, 'requested_at', 'succeeded_at'),
    refund_decision: between(() => told().refunds, 'asked_at', 'decided_at'),
    refund_gateway: between(() => told().refunds, 'decided_at', 'succeeded_at'),
    backlog_age: () => openNow().map((row) => ({ since: known(row, 'detected_at'), until: asOf() })),
    backlog_overdue: () => openNow().map((row) => ({ since: known(row, 'opened_at'), until: asOf() })),
  }
  return { shares, counts, durations }
}

const ratio = (rows: readonly Row[], above: (row: Row) => boolean): number | null =>
  rows.length === 0 ? null : rows.filter(above).length / rows.length
export const mean = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
/** 50: the mean of the two middle values; otherwise the nearest rank. */
export function percentile(numbers: readonly number[], percent: number): number | null {
  const sorted = [...numbers].sort((a, b) => a - b)
  const n = sorted.length
  if (n === 0) return null
  if (percent === 50) return ((sorted[Math.ceil(n / 2) - 1] ?? 0) + (sorted[Math.floor(n / 2)] ?? 0)) / 2
  return sorted[Math.ceil((n * percent) / 100) - 1] ?? null
}
const at = (row: Row, name: string): number | null => {
  const value = row[name]
  if (value !== null && typeof value !== 'number') throw new TypeError(`${name} is no instant: ${String(value)}`)
  return value
}
export const known = (row: Row, name: string): number => at(row, name) ?? NaN
const parcels = (row: Row): Row[] => row['parcels'] as Row[]
const allArrived = (row: Row): boolean =>
  parcels(row).every((parcel) => parcel['delivered_at'] !== null && parcel['returned_at'] === null)
/** What was promised first, where a promise put off later does not count. */
const FIRST = 'first_promised_until'
const onTime = (row: Row, promise = 'promised_delivery_until'): boolean =>
  known(row, 'delivered_at') <= known(row, promise)
const deliveredOrOverdue =
  (asOf: number, promise = 'promised_delivery_until') =>
  (row: Row): boolean =>
    row[promise] !== null &&
    (row['delivered_at'] !== null ||
      (known(row, promise) < asOf &&
        row['canceled_at'] === null &&
        row['closed_at'] === null &&
        row['completed_at'] === null))
const kept = (row: Row): boolean =>
  known(row, 'met_at') <= known(row, 'due_at') && !(known(row, 'void_at') < known(row, 'met_at'))
const broken =
  (asOf: number) =>
  (row: Row): boolean =>
    known(row, 'due_at') <= asOf &&
    !(known(row, 'met_at') <= known(row, 'due_at')) &&
    !(known(row, 'void_at') <= known(row, 'due_at'))
const between =
  (rows: () => readonly Row[], since: string, until: string): Spans =>
  () =>
    rows()
      .map((row) => ({ since: known(row, since), until: known(row, until) }))
      .filter((span) => !Number.isNaN(span.until - span.since))
