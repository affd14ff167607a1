/**
 * What a person has decided to do, kept until its outcome is known. The key is made once per decision, so a double
 * click, a reload or a lost connection sends the same request again and the server answers with the same action.
 */
import type { Action, ActionBody, ActionKind } from '#api/contract/actions.ts'

export interface Intention {
  key: string
  order_id: string
  body: ActionBody
  at: string
  /** Known once the server has answered. */
  action_id?: string
}

type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const nameOf = (orderId: string, kind: ActionKind, paymentId = ''): string =>
  `orderlens.intention ${orderId} ${kind} ${paymentId}`
const named = ({ order_id, body }: Intention): string => nameOf(order_id, body.kind, body.payment_id)

export function recall(place: Place, orderId: string, kind: ActionKind, paymentId = ''): Intention | null {
  try {
    return JSON.parse(place.getItem(nameOf(orderId, kind, paymentId)) ?? 'null') as Intention | null
  } catch {
    return null
  }
}

/** Everything decided about an order whose outcome has not been seen yet. */
export function recallAll(place: Place, orderId: string): Intention[] {
  const names = Array.from({ length: place.length }, (_, i) => place.key(i) ?? '')
  const own = names.filter((name) => name.startsWith(`orderlens.intention ${orderId} `))
  return own.flatMap((name) => {
    const [, , kind, paymentId] = name.split(' ')
    return recall(place, orderId, kind as ActionKind, paymentId) ?? []
  })
}

/** The unsettled intention of the same kind, unchanged, or a new one: an edited reason never makes a second action. */
export function intend(place: Place, orderId: string, body: ActionBody, now: Date): Intention {
  const before = recall(place, orderId, body.kind, body.payment_id)
  if (before !== null) return before
  const intention: Intention = { key: crypto.randomUUID(), order_id: orderId, body, at: now.toISOString() }
  place.setItem(named(intention), JSON.stringify(intention))
  return intention
}

export function accepted(place: Place, intention: Intention, actionId: string): Intention {
  const known = { ...intention, action_id: actionId }
  place.setItem(named(intention), JSON.stringify(known))
  return known
}

export function forget(place: Place, intention: Intention): void {
  place.removeItem(named(intention))
}

/** The action that an intention has become, also when the answer to the request was lost. */
export function actionOf(intention: Intention, actions: readonly Action[], personId: string): Action | undefined {
  if (intention.action_id !== undefined) return actions.find((action) => action.id === intention.action_id)
  const slack = 60_000
  return actions.find(
    (action) =>
      action.kind === intention.body.kind &&
      action.requested_by === personId &&
      action.payment_id === (intention.body.payment_id ?? '') &&
      Date.parse(action.requested_at) >= Date.parse(intention.at) - slack,
  )
}

export const isSettled = (action: Action): boolean => action.state === 'succeeded' || action.state === 'failed'
