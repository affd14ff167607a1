/** What one would write first: parse each message, check it, turn it into a row, insert the rows as JSON. */
import { type CanonicalEvent, parseEvent } from '#ingest/contracts/index.ts'
import type { Connections } from '#warehouse/connect.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type PlainWay = {
  insert(events: readonly Buffer[], batchSize: number): Promise<void>
  checkAndEmpty(expected: number): Promise<void>
}

export async function createPlainWay(writers: Connections['writers'], warehouse: Warehouse): Promise<PlainWay> {
  const [writer] = writers
  if (writer === undefined) throw new Error('expected a connection that writes')
  await warehouse.command('create table plain_events as events engine = MergeTree order by (order_id, occurred_at)')
  return {
    async insert(events, batchSize) {
      for (let first = 0; first < events.length; first += batchSize) {
        const values = events.slice(first, first + batchSize).map((event, index) => rowOf(event, first + index))
        await writer.insert({ table: 'plain_events', values, format: 'JSONEachRow' })
      }
    },
    async checkAndEmpty(expected) {
      const [row] = await warehouse.queryRows('select count() as n from plain_events')
      if (Number(row?.['n']) !== expected)
        throw new Error(`expected ${expected} rows in plain_events, found ${String(row?.['n'])}`)
      await warehouse.command('truncate table plain_events')
    },
  }
}

function rowOf(message: Buffer, offset: number): Record<string, unknown> {
  const outcome = parseEvent(message)
  if (outcome.kind !== 'accepted') throw new Error(`a sample event was refused: ${outcome.detail}`)
  const { envelope, type, orderId }: CanonicalEvent = outcome.value
  return {
    order_id: orderId ?? '',
    occurred_at: instant(envelope.time),
    source: envelope.source,
    event_id: envelope.id,
    topic: 'plain',
    partition: 0,
    offset,
    event_type: type,
    ...Object.fromEntries(
      Object.entries(envelope.data).map(([name, value]) => [name, isInstant(name) ? instant(String(value)) : value]),
    ),
  }
}

const isInstant = (name: string) => /_(at|by|from|until)$/.test(name)
/** The engine's own notation; settings that accept RFC 3339 would stick to an embedded session. */
const instant = (text: string) => new Date(text).toISOString().replace('T', ' ').slice(0, 23)
