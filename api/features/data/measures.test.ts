import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import type { Door } from '#transforms/query/door.ts'
import { aData } from '../../test-app.ts'
import { measureData } from './measures.ts'

type Health = Awaited<ReturnType<Door['data']['health']>>

async function scrape(health: (empty: Health) => Promise<Health>): Promise<string> {
  const registry = new Registry()
  const data = aData({
    health: async () => health(await aData().health()),
    storage: async () => ({ disk: { free: 25, total: 200 }, tables: [] }),
  })
  measureData(registry, { data }, () => undefined)
  return registry.metrics()
}

test('every measure is of the same reading', async () => {
  const text = await scrape(async (empty) => ({
    ...empty,
    audit: {
      ...empty.audit,
      lost: 3,
      doubled: 1,
      altered: 1,
      broker_differing: 1,
      last_round_at: '2026-01-01T00:00:00Z',
    },
    dead_by_reason: [{ reason: 'wrong_type', n: 7 }],
    breakers: [
      { topic: 'a', state: 'open', messages: 1, rejected: 1, detail: '', changed_by: '', changed_at: '', waiting: 5 },
    ],
    sources: [
      {
        topic: 'a',
        kind: 'kafka',
        formats: [],
        landed: 100,
        dead_letters: 7,
        waiting: 5,
        per_second: 0,
        minutes: [],
        last_landed_at: null,
        lag: 4,
        behind_ms: 0,
        state: '',
        problem: '',
        streams: [
          { partition: 2, epoch: 'e', state: '', problem: '', next_offset: '1', broker_low: '0', broker_high: '5', lag: 4, reported_at: '', per_second: 0 }, // prettier-ignore
        ],
        notes: [],
      },
    ],
  }))
  for (const line of [
    'orderlens_landed_messages_total{topic="a"} 100',
    'orderlens_dead_letters{reason="wrong_type"} 7',
    'orderlens_stream_lag{topic="a",partition="2"} 4',
    'orderlens_derivation_waiting{topic="a"} 5',
    'orderlens_derivation_stopped{topic="a"} 1',
    'orderlens_audit_lost 3',
    'orderlens_audit_doubled 1',
    'orderlens_audit_altered 2',
    'orderlens_audit_last_round_seconds 1767225600',
    'orderlens_data_measured 1',
    'orderlens_disk_free_bytes 25',
    'orderlens_disk_used_share 0.875',
  ])
    expect(text).toContain(`${line}\n`)
})

test('a warehouse that does not answer is said, and the other metrics still come', async () => {
  expect(await scrape(async () => Promise.reject(new Error('away')))).toContain('orderlens_data_measured 0\n')
})
