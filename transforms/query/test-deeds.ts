/** For tests: agents, automation and buyers who deal with open anomalies, by the turn of each anomaly's id. */
import type { Envelope } from '#ingest/contracts/index.ts'
import type { OpenAnomaly } from './test-store.ts'

const MINUTE = 60_000
const person = (n: number) => ({ authtype: 'user', authid: `agent-${n}` }) as const
const buyer = { authtype: 'app_user', authid: 'buyer' } as const
const robot = { authtype: 'service_account', authid: 'playbooks' } as const

/** Each anomaly has one of ten courses, told a step at a time, at every look it is still open. */
export function createDeeds(): (open: readonly OpenAnomaly[], atMs: number) => Envelope[] {
  const steps = new Map<string, number>()
  return (open, atMs) =>
    open.flatMap((anomaly) => {
      const step = steps.get(anomaly.anomaly_id) ?? 0
      steps.set(anomaly.anomaly_id, step + 1)
      const turn = parseInt(anomaly.anomaly_id.slice(0, 6), 16)
      return (courseOf(turn % 10)[step] ?? []).map(({ who, type, minutes, data = {} }, index): Envelope => {
        const at = atMs + (minutes + (turn % 7)) * MINUTE
        return {
          specversion: '1.0',
          id: `deed-${anomaly.anomaly_id}-${step}-${index}`,
          source: '/orderlens/portal',
          type: `${type}.v1`,
          subject: `order/${anomaly.order_id}`,
          time: new Date(at).toISOString(),
          ...who,
          data: {
            anomaly_id: anomaly.anomaly_id,
            anomaly_type: anomaly.anomaly_type,
            ...data,
            ...(type === 'anomaly.snoozed'
              ? { due_at: new Date(at + Number(data['hours']) * 60 * MINUTE).toISOString() }
              : {}),
          },
        }
      })
    })
}

type Deed = {
  readonly who: typeof robot | typeof buyer | ReturnType<typeof person>
  readonly type: string
  readonly minutes: number
  readonly data?: Readonly<Record<string, unknown>>
}
const act = (id: string) => ({ action_id: id, action: 'cancel_order' })

function courseOf(turn: number): Deed[][] {
  const took: Deed = { who: person(1), type: 'anomaly.acknowledged', minutes: 20, data: { team: 'desk' } }
  switch (turn) {
    case 0:
      return [[took], [{ who: person(1), type: 'anomaly.resolved', minutes: 5 }]]
    case 1:
      return [
        [
          took,
          { who: person(2), type: 'anomaly.dismissed', minutes: 45 },
          { who: buyer, type: 'order.cancel_requested', minutes: 80, data: { reason: 'too late' } },
        ],
      ]
    case 2:
      return [
        [took, { who: person(1), type: 'anomaly.snoozed', minutes: 60, data: { hours: 30 } }],
        [{ who: person(3), type: 'anomaly.assigned', minutes: 10, data: { target: 'agent-4', team: 'finance' } }],
        [{ who: person(4), type: 'anomaly.resolved', minutes: 15 }],
      ]
    case 3:
      return [
        [{ who: robot, type: 'action.executed', minutes: 1, data: act('ac-robot') }],
        [{ who: robot, type: 'anomaly.resolved', minutes: 2 }],
      ]
    case 4:
      return [
        [
          took,
          { who: person(1), type: 'anomaly.resolved', minutes: 30 },
          { who: person(2), type: 'anomaly.reopened', minutes: 200 },
        ],
        [{ who: person(2), type: 'anomaly.resolved', minutes: 10 }],
      ]
    case 5:
      return [
        [
          { who: person(5), type: 'action.approved', minutes: 12, data: act('ac-person') },
          { who: person(5), type: 'action.executed', minutes: 14, data: act('ac-person') },
          { who: robot, type: 'notification.sent', minutes: 15, data: { medium: 'sms', template: 'shipment_delayed' } },
        ],
      ]
    case 6:
      return [[{ who: person(6), type: 'anomaly.snoozed', minutes: 3, data: { hours: 4 } }]]
    case 7:
      return [
        [{ who: robot, type: 'action.executed', minutes: 2, data: act('ac-taken-back') }],
        [{ who: person(7), type: 'action.reverted', minutes: 30, data: act('ac-taken-back') }],
      ]
    case 8:
      return [[{ who: robot, type: 'action.failed', minutes: 4, data: act('ac-failed') }]]
    case 9:
      return [[{ who: buyer, type: 'order.cancel_requested', minutes: 40, data: { reason: 'too late' } }]]
    default:
      return []
  }
}
