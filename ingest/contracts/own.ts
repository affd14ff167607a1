/** Facts Orderlens itself makes: what it detected, what it did, whom it told. */
import { defineContract } from './contract.ts'

const source = '/orderlens'
const subject = 'order/TM20260901000123'

const anomaly = {
  anomaly_id: '5f0c1a7e2b9d4c83a6e1f2d3c4b5a697',
  anomaly_type: 'not_shipped',
  level: 'breached',
  severity: 's1',
}
const action = { action_id: 'ac-2001', action: 'cancel_order', anomaly_id: anomaly.anomaly_id }

const anomalyFacts = [
  'at_risk',
  'opened',
  'escalated',
  'acknowledged',
  'assigned',
  'snoozed',
  'resolved',
  'reopened',
  'dismissed',
]
const actionFacts = ['proposed', 'approved', 'executed', 'failed', 'reverted']

export const ownContracts = [
  ...anomalyFacts.map((fact) =>
    defineContract(`anomaly.${fact}`, {
      subject: 'any',
      required: ['anomaly_id', 'anomaly_type'],
      // `due_at` is when a snooze ends, `target` whom an anomaly is assigned to, `team` where that person works. `reason_code` of a dismissal says why: without
      // one it is a false positive; any other than `false_positive` says that detection was right.
      optional: ['level', 'severity', 'reason', 'reason_code', 'due_at', 'target', 'team'],
      example: {
        source,
        subject,
        data: { ...anomaly, level: fact === 'at_risk' || fact === 'escalated' ? fact : 'breached' },
      },
    }),
  ),
  ...actionFacts.map((fact) =>
    defineContract(`action.${fact}`, {
      subject: 'any',
      required: ['action_id', 'action'],
      optional: ['status', 'reason', 'reason_code', 'target', 'anomaly_id', 'payment_id', 'amount', 'currency'],
      example: {
        source,
        subject,
        causationid: 'action:ac-2001',
        authtype: 'user',
        authid: 'agent-7',
        data: { ...action, status: fact },
      },
    }),
  ),
  defineContract('notification.sent', {
    subject: 'any',
    required: ['medium', 'template'],
    optional: ['recipient_ref', 'anomaly_id'],
    example: { source, subject, data: { medium: 'sms', template: 'shipment_delayed', recipient_ref: 'buyer-88121' } },
  }),
  defineContract('notification.failed', {
    subject: 'any',
    required: ['medium', 'template'],
    optional: ['recipient_ref', 'failure_reason'],
    example: {
      source,
      subject,
      data: {
        medium: 'sms',
        template: 'shipment_delayed',
        recipient_ref: 'buyer-88121',
        failure_reason: 'unknown_number',
      },
    },
  }),
  defineContract('report.delivered', {
    subject: 'any',
    required: ['report_id', 'occurrence_id'],
    optional: ['status', 'recipient_ref'],
    example: {
      source,
      data: { report_id: 'daily-overview', occurrence_id: 'daily-overview@2026-09-01T08:00', status: 'sent' },
    },
  }),
  defineContract('report.failed', {
    subject: 'any',
    required: ['report_id', 'occurrence_id'],
    optional: ['status', 'recipient_ref', 'failure_reason'],
    example: {
      source,
      data: {
        report_id: 'daily-overview',
        occurrence_id: 'daily-overview@2026-09-01T08:00',
        failure_reason: 'mailbox_full',
      },
    },
  }),
]
