/** For tests: messages that landed, and what became of them, without a source and without a derivation. */
import type { Warehouse } from '#warehouse/warehouse.ts'

export const now = new Date('2026-11-23T12:00:30.000Z')
export const SECOND = 1_000
export const MINUTE = 60_000

/** An instant before now, as the engine writes it. */
export const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString().replace('T', ' ').replace('Z', '')

export type Place = { topic: string; partition?: number; epoch?: string }

/** Lands `n` messages as one batch; `listed` says whether it is declared derived. */
export async function land(
  warehouse: Warehouse,
  { topic, partition = 0, epoch = 'e' }: Place,
  first: number,
  n: number,
  { at = ago(10 * MINUTE), listed = true, format = 'cloudevents' } = {},
): Promise<void> {
  const batch_id = `${topic}/${partition}/${epoch}/${first}`
  const range = { range_first: first, range_last: first + n - 1, range_n: n }
  await warehouse.insertRows(
    'raw_events',
    Array.from({ length: n }, (_, index) => ({
      topic,
      partition,
      epoch,
      offset: first + index,
      batch_id,
      ...range,
      format,
      broker_at: at,
      landed_at: at,
      key: 'k',
      headers: '{"h":"1"}',
      value: `{"n":${first + index}}`,
    })),
  )
  if (listed)
    await warehouse.insertRows('landed_batches', [
      { batch_id, topic, partition, epoch, format, ...range, landed_at: at, listed_at: at },
    ])
}

export async function becameEvents(
  warehouse: Warehouse,
  { topic, partition = 0, epoch = 'e' }: Place,
  first: number,
  n: number,
): Promise<void> {
  await warehouse.insertRows(
    'events',
    Array.from({ length: n }, (_, index) => ({
      order_id: `o${index}`,
      occurred_at: ago(0),
      source: 's',
      event_id: `${topic}-${first + index}`,
      topic,
      partition,
      epoch,
      offset: first + index,
      ordinal: 0,
      landed_at: ago(10 * MINUTE),
    })),
  )
}
