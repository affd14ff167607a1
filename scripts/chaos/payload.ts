/** What a chaos run sends: message n is a function of the run and n, so that a message found anywhere can be checked. */
import { createHash } from 'node:crypto'

/** A value of null is a tombstone. */
export type Payload<Value extends Buffer | null = Buffer | null> = { readonly key: string; readonly value: Value }

const ORDERS = 500
const EPOCH_MS = Date.UTC(2026, 8, 1)

const orderOf = (run: string, n: number): string => `${run}-${n % ORDERS}`

/** A canonical event: an order that is placed again and again, each time with another amount. */
export function eventOf(run: string, n: number): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: `${run}/${n}`,
    source: '/chaos',
    type: 'order.created',
    subject: `order/${orderOf(run, n)}`,
    time: new Date(EPOCH_MS + n).toISOString(),
    data: {
      channel: 'chaos',
      currency: 'CNY',
      buyer_id: `buyer-${n % 97}`,
      amount_payable: 100 + n,
      buyer_name: '订单异常',
    },
  }
}

export function payloadOf(run: string, n: number): Payload<Buffer> {
  return { key: orderOf(run, n), value: Buffer.from(JSON.stringify(eventOf(run, n))) }
}

const ID = /"id":"([^"/]+)\/(\d+)"/

/** Whether these bytes are a message of the run as it was sent. */
export function isOfRun(run: string, value: Buffer): boolean {
  const found = ID.exec(value.toString('utf8'))
  return found !== null && found[1] === run && payloadOf(run, Number(found[2])).value.equals(value)
}

export const sha256 = (bytes: Buffer | null): string =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
