import { expect, test } from 'vitest'
import { WarehouseError } from '#warehouse/errors.ts'
import { aData } from '../../test-app.ts'
import { createCaughtUp } from './caught-up.ts'

const asked = new Date('2026-03-01T10:00:00Z')
const stream = { partition: 0, epoch: 'e', state: 'running', problem: '', next_offset: '5', broker_low: '0', broker_high: '5', lag: 0, reported_at: '', per_second: 0 } // prettier-ignore
const source = { topic: 'shop', kind: 'kafka' as const, formats: [], landed: 5, dead_letters: 0, waiting: 0, per_second: 0, minutes: [], last_landed_at: null, lag: 0, behind_ms: 0 as number | null, state: 'running', problem: '', streams: [stream], notes: [] } // prettier-ignore

test('after an outage the data has caught up when a tick came and no source is behind, or after ten minutes', async () => {
  let clock = Date.parse('2026-03-01T11:00:00Z')
  let asOf = '2026-03-01T09:59:00Z'
  let found = { ...source, behind_ms: 90_000 as number | null }
  let underived = 0
  let isAway = false
  const isCaughtUp = createCaughtUp(
    {
      dataAsOf: async () => {
        if (isAway) throw new WarehouseError('UNREACHABLE', 'away')
        return asOf
      },
      data: aData({
        health: async () => {
          const empty = await aData().health()
          return { ...empty, sources: [found], balance: { ...empty.balance, waiting: underived } }
        },
      }),
    },
    () => new Date(clock),
  )
  const is = () => isCaughtUp(asked).catch(() => 'away')
  expect(await is()).toBe(false)
  asOf = '2026-03-01T11:00:00Z'
  for (const behind of [
    { ...source, behind_ms: 90_000 },
    { ...source, streams: [{ ...stream, state: 'unreported' }] },
  ]) {
    found = behind
    expect(await is()).toBe(false)
  }
  found = source
  underived = 50_000
  expect(await is()).toBe(false)
  underived = 3
  expect(await is()).toBe(true)
  found = { ...source, streams: [{ ...stream, state: 'unreported' }] }
  clock += 9 * 60_000
  expect(await is()).toBe(false)
  isAway = true
  expect(await is()).toBe('away')
  isAway = false
  clock += 9 * 60_000
  // The ten minutes begin anew with every absence.
  expect(await is()).toBe(false)
  clock += 9 * 60_000
  expect(await is()).toBe(false)
  clock += 2 * 60_000
  expect(await is()).toBe(true)
  // And when nobody asked for long.
  clock += 11 * 60_000
  expect(await is()).toBe(false)
})
