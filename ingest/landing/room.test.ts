/** When a disk counts as full, by readings that the test makes up. */
import { expect, test } from 'vitest'
import { loadRoomLimits } from './config.ts'
import { isDiskFull, watchRoom } from './room.ts'

const GB = 1e9
const disk = (freeGb: number, totalGb: number) => ({ free: freeGb * GB, total: totalGb * GB })
const server = loadRoomLimits({}, 'server')
const embedded = loadRoomLimits({}, 'embedded')

test.each([
  ['a server at 84 %', server, disk(160, 1_000), false, false],
  ['a server at 86 %', server, disk(140, 1_000), false, true],
  ['a server that was full, at 84 %: not clearly emptier', server, disk(160, 1_000), true, true],
  ['a server that was full, at 82 %', server, disk(180, 1_000), true, false],
  ['a laptop at 88 % with a hundred times of what is needed', embedded, disk(61, 512), false, false],
  ['a laptop at 97 % with 15 GB', embedded, disk(15, 512), false, true],
  ['a laptop that was full, with 21 GB: not clearly more than enough', embedded, disk(21, 512), true, true],
  ['a laptop that was full, with 23 GB', embedded, disk(23, 512), true, false],
  ['a small disk that is half empty', embedded, disk(8, 16), false, false],
] as const)('%s', (_name, limits, reading, wasFull, isFull) => {
  expect(isDiskFull(reading, limits, wasFull)).toBe(isFull)
})

test('the limits are settings, and a bad one is named', () => {
  const given = loadRoomLimits({ INGEST_DISK_FULL_PERCENT: '95', INGEST_DISK_ENOUGH_GB: '0' }, 'embedded')
  expect(given).toEqual({ fullShare: 0.95, enoughBytes: null })
  expect(loadRoomLimits({ INGEST_DISK_ENOUGH_GB: '5' }, 'server').enoughBytes).toBe(5 * GB)
  expect(() => loadRoomLimits({ INGEST_DISK_FULL_PERCENT: '120' }, 'server')).toThrow(/INGEST_DISK_FULL_PERCENT/)
})

test('nothing lands from the reading that says full until the one that says there is room; no reading changes nothing', async () => {
  let reading: () => ReturnType<typeof disk> | null = () => disk(100, 1_000)
  let looks = 0
  const told: string[] = []
  const say = (_details: object, message: string): void => void told.push(message)
  const since = new Date('2026-03-01T10:40:00Z')
  const room = await watchRoom({
    read: async () => {
      looks += 1
      return reading()
    },
    limits: server,
    log: { info: say, warn: say, error: say },
    everyMs: 2,
    now: () => since,
  })
  const next = async (change: typeof reading): Promise<void> => {
    reading = change
    const before = looks
    await expect.poll(() => looks, { interval: 2 }).toBeGreaterThan(before + 1)
  }
  expect(room.fullSince()).toEqual(since)
  expect(() => room.require()).toThrow(expect.objectContaining({ code: 'NO_ROOM', retryable: true }))
  await next(() => null)
  expect(room.fullSince()).toEqual(since)
  await next(() => {
    throw new Error('the warehouse is away')
  })
  expect(room.fullSince()).toEqual(since)
  await next(() => disk(500, 1_000))
  expect(room.fullSince()).toBeNull()
  expect(() => room.require()).not.toThrow()
  room.stop()
  expect([told[0], told.at(-1)]).toEqual([
    'landing: the disk is nearly full; nothing lands until there is room',
    'landing: there is room again',
  ])
})
