import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type LaneLimits, type LaneOptions, createLanes, laneLimits } from './lanes.ts'
import type { Pressure } from './pressure.ts'
import { type Reading, type ReadLane, readingAs } from './reading.ts'

/** Reads that end when they are told to, and the order in which they began. */
function stage(connections: number, options: LaneOptions = {}) {
  const lanes = createLanes(
    Array.from({ length: connections }, (_, n) => n),
    options,
  )
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const ask = (name: string, reading: Reading) => {
    const read = readingAs(reading, () =>
      lanes.run(async () => {
        began.push(name)
        await new Promise<void>((resolve) => ends.set(name, resolve))
      }),
    )
    read.catch(() => undefined)
    return read
  }
  const begin = (name: string, reading: Reading): void => void ask(name, reading)
  const end = async (name: string) => {
    await sleep(0)
    ends.get(name)?.()
    await sleep(0)
  }
  const figuresOf = (lane: ReadLane) => lanes.figures().find((one) => one.lane === lane)
  return { lanes, began, ask, begin, end, figuresOf }
}
const of = (lane: ReadLane, more: Partial<Reading> = {}): Reading => ({ lane, ...more })
const limits = (over: Partial<LaneLimits>): LaneLimits => ({ ...laneLimits(4), ...over })

test('people may take every connection, and never wait behind what is served after them', async () => {
  const { begin, began, end } = stage(4)
  for (const lane of ['background', 'reports', 'exports'] as const)
    for (const n of [1, 2, 3]) begin(`${lane} ${n}`, of(lane))
  await sleep(0)
  expect(began).toEqual(['background 1', 'background 2', 'reports 1'])
  begin('person 1', of('people'))
  await sleep(0)
  expect(began.at(-1)).toBe('person 1')
  for (const n of [2, 3, 4, 5]) begin(`person ${n}`, of('people'))
  for (const done of ['background 1', 'background 2', 'reports 1']) await end(done)
  expect(began.slice(4)).toEqual(['person 2', 'person 3', 'person 4'])
  await end('person 1')
  expect(began.at(-1)).toBe('person 5')
  for (const n of [2, 3]) await end(`person ${n}`)
  expect(began.slice(-2)).toEqual(['exports 1', 'reports 2'])
})

test('a lane whose turn does not come gets the next connection after a while, however many people wait', async () => {
  const { begin, began, end } = stage(1, { patienceMs: 30 })
  begin('person 0', of('people'))
  begin('report', of('reports'))
  for (let n = 1; n <= 3; n += 1) begin(`person ${n}`, of('people'))
  await end('person 0')
  expect(began).toEqual(['person 0', 'person 1'])
  await sleep(40)
  await end('person 1')
  expect(began.at(-1)).toBe('report')
  await end('report')
  expect(began.at(-1)).toBe('person 2')
})

test('so many askings may wait, however many reads each has; beyond them one is told when to come again', async () => {
  const { ask, begin, figuresOf, end, began } = stage(1, {
    limits: limits({ people: { most: 1, waiting: 2, waitMs: 5_000 } }),
  })
  const large = of('people')
  begin('large 0', large)
  for (let n = 1; n <= 20; n += 1) begin(`large ${n}`, large)
  begin('small', of('people'))
  await expect(ask('too many', of('people'))).rejects.toMatchObject({
    code: 'TOO_BUSY',
    retryable: true,
    retryAfterSeconds: expect.any(Number),
  })
  expect(figuresOf('people')).toMatchObject({ waiting: 21, refused: { full: 1 } })
  // Whoever has many reads takes turns with the others.
  await end('large 0')
  await end('large 1')
  expect(began).toEqual(['large 0', 'large 1', 'small'])
})

test('whoever was served is not turned away in the middle of what they asked', async () => {
  const { ask, begin, end, began } = stage(1, { limits: limits({ people: { most: 1, waiting: 1, waitMs: 5_000 } }) })
  const first = of('people')
  begin('first', first)
  begin('second', of('people'))
  const again = ask('first again', first)
  await end('first')
  await end('second')
  await end('first again')
  await again
  expect(began).toEqual(['first', 'second', 'first again'])
})

test('waiting has an end', async () => {
  const { ask, begin, figuresOf } = stage(1, { limits: limits({ people: { most: 1, waiting: 5, waitMs: 20 } }) })
  begin('first', of('people'))
  await expect(ask('late', of('people'))).rejects.toMatchObject({ code: 'TOO_BUSY' })
  expect(figuresOf('people')).toMatchObject({ running: 1, waiting: 0, refused: { late: 1 } })
})

test('whoever goes away leaves the queue at once', async () => {
  const { ask, begin, end, began, figuresOf } = stage(1)
  const caller = new AbortController()
  begin('first', of('people'))
  const gone = ask('gone', of('people', { signal: caller.signal }))
  begin('next', of('people'))
  caller.abort()
  await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(ask('never', of('people', { signal: caller.signal }))).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(figuresOf('people')).toMatchObject({ waiting: 1, cancelled: 2 })
  await end('first')
  expect(began).toEqual(['first', 'next'])
})

test('under pressure exports and reports are refused first, then whatever is not cheap', async () => {
  let pressure: Pressure = 'high'
  const { ask, begin, began } = stage(4, { pressure: () => pressure })
  const busy = expect.objectContaining({ code: 'TOO_BUSY' })
  await expect(ask('export', of('exports'))).rejects.toEqual(busy)
  await expect(ask('report', of('reports'))).rejects.toEqual(busy)
  begin('question', of('people'))
  pressure = 'severe'
  await expect(ask('question', of('people'))).rejects.toEqual(busy)
  begin('look', of('people', { isCheap: true }))
  begin('own', of('background'))
  await sleep(0)
  expect(began).toEqual(['question', 'look', 'own'])
})

test('closing waits for what runs', async () => {
  const { lanes, begin, end } = stage(2)
  begin('one', of('people'))
  const closed: number[] = []
  const closing = lanes.close(async (connection) => void closed.push(connection))
  await sleep(5)
  expect(closed).toEqual([])
  await end('one')
  await closing
  expect(closed.toSorted((a, b) => a - b)).toEqual([0, 1])
})
