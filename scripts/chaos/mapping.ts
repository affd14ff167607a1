/**
 * A format of chaos runs whose messages have every outcome there is: one event, two of them, a dead letter, an event beside a
 * dead letter, or nothing that concerns an order. `CHAOS_FORMAT=chaos` makes an ingester read its topics so.
 */
import type { Mapping } from '#ingest/mappings/mapping.ts'
import { type Payload, eventOf } from './payload.ts'

export const chaosMapping: Mapping = {
  format: 'chaos',
  render: (messages) => `select topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
    JSONExtractArrayRaw(value, 'events') as outcomes, JSONExtractString(value, 'about') as concerns,
    if(isValidJSON(value), '', 'invalid_json: not a message of a chaos run') as problem
  from (${messages})`,
}

export function mixedPayload(run: string, n: number): Payload<Buffer> {
  const key = `${run}-${n % 500}`
  const id = `${run}/${n}`
  const good = eventOf(run, n)
  const bad = { ...good, type: 'order.evaporated', id: `${id}/bad` }
  const more = { ...good, type: 'order.completed', id: `${id}/more`, data: {} }
  switch (n % 20) {
    case 3:
      return { key, value: textOf({ id, events: [good, more] }) }
    case 7:
      return { key, value: textOf({ id, about: 'weather.changed', events: [] }) }
    case 11:
      return { key, value: textOf({ id, events: [bad] }) }
    case 13:
      return { key, value: textOf({ id, events: [good, bad] }) }
    case 17:
      return { key, value: Buffer.from(`"id":"${id}" and no more`) }
    default:
      return { key, value: textOf({ id, events: [good] }) }
  }
}

const textOf = (value: object): Buffer => Buffer.from(JSON.stringify(value))

const ID = /"id":"([^"/]+)\/(\d+)"/

export function isMixedOfRun(run: string, value: Buffer): boolean {
  const found = ID.exec(value.toString('utf8'))
  return found !== null && found[1] === run && mixedPayload(run, Number(found[2])).value.equals(value)
}
