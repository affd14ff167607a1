import { expect, test } from 'vitest'
import { type Hold, type SourceQuiet, isWaitedFor, nextHold } from './holds.ts'

const MINUTE = 60_000
const heard = Date.UTC(2026, 10, 18, 10)
const quiet = (minutes: number, over: Partial<SourceQuiet> = {}): SourceQuiet => ({
  source: '/shop/a/carrier',
  severity: 's1',
  lastEventMs: heard - 3_000,
  lastLandedMs: heard,
  isRegular: true,
  quietS: minutes * 60,
  gapP99S: 120,
  holdAfterS: 180,
  limitS: 600,
  giveUpS: 604_800,
  isFresh: false,
  ...over,
})
const at = (minutes: number): number => heard + minutes * MINUTE

/** Looks once in so many minutes; `seen` says what is seen besides the passing of time. */
function follow(
  minutes: readonly number[],
  seen: (minute: number) => Partial<SourceQuiet> = () => ({}),
): (Hold | null)[] {
  let hold: Hold | null = null
  return minutes.map((minute) => (hold = nextHold(quiet(minute, seen(minute)), hold, at(minute))))
}

test('usual quiet is nothing; more than that holds; more than the limit is raised', () => {
  const [usual, held, silent] = follow([2, 4, 11])
  expect(usual).toBeNull()
  expect(held).toMatchObject({ state: 'quiet', raisedAtMs: null, heldUntilMs: heard - 3_000 })
  expect(silent).toMatchObject({ state: 'silent', raisedAtMs: at(11), heldUntilMs: heard - 3_000, quietSinceMs: heard })
})

test('what keeps no rhythm is never silent', () => {
  expect(follow([2, 60, 6_000], () => ({ isRegular: false }))).toEqual([null, null, null])
})

test('an event from the future does not move the clock beyond its arrival', () => {
  expect(follow([4], () => ({ lastEventMs: heard + 60 * MINUTE }))[0]).toMatchObject({ heldUntilMs: heard })
})

test('the beginning of a backlog does not end it, fresh events do', () => {
  const back = (minute: number) => ({ lastLandedMs: at(minute), quietS: 0, isFresh: minute >= 32 })
  const [, silent, catching, still, free] = follow([4, 11, 30, 31, 32], (minute) => (minute >= 30 ? back(minute) : {}))
  expect(silent?.state).toBe('silent')
  expect([catching?.state, still?.state]).toEqual(['catching_up', 'catching_up'])
  expect(catching?.heldUntilMs).toBe(silent?.heldUntilMs)
  expect(free).toMatchObject({ state: 'free', isReleasing: true })
})

test('a short quiet is released without ever being raised', () => {
  const [, free] = follow([4, 5], (minute) => (minute === 5 ? { lastLandedMs: at(5), quietS: 0, isFresh: true } : {}))
  expect(free).toMatchObject({ state: 'free', isReleasing: true, raisedAtMs: null })
})

test('quiet again before those who waited were worked out: they go on waiting from where they were', () => {
  const freed: Hold = { ...nextHold(quiet(11), null, at(11))!, state: 'free', isReleasing: true }
  const again = nextHold(quiet(20, { lastLandedMs: at(5), lastEventMs: at(5), quietS: 15 * 60 }), freed, at(20))
  expect(again).toMatchObject({ state: 'silent', heldUntilMs: heard - 3_000 })
})

test('a source that stays silent is given up, and forgiven when it speaks', () => {
  const week = 7 * 24 * 60
  const [, silent, gone, still, free] = follow([4, 11, week + 1, week + 60, week + 90], (minute) =>
    minute === week + 90 ? { lastLandedMs: at(minute), quietS: 0, isFresh: true } : {},
  )
  expect(silent !== null && silent !== undefined && isWaitedFor(silent)).toBe(true)
  expect(gone).toMatchObject({ state: 'given_up', isReleasing: true })
  expect(still?.state).toBe('given_up')
  expect(free?.state).toBe('free')
})
