/**
 * The ingester is killed again and again: at named points on a message's way and at any moment. It holds the embedded
 * warehouse itself, so that each death takes both. A spare process is always loaded and waits, so that the next life begins at once.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { POINTS, type Point } from '../failpoints.ts'
import { chaosMapping, isMixedOfRun, mixedPayload } from '../mapping.ts'
import type { Member } from '../member.ts'
import { checkDerived } from '../rebuild.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const PARTITIONS = 3
/** A life that does not come by its point within this time is ended from outside. */
const LONGEST_LIFE_MS = 20_000
/** Long enough to be killed while opening, joining, landing or deriving. */
const RANDOM_MS = 2_500

const EMBEDDED = { CLICKHOUSE_URL: '', CHAOS_SPARE: '1', CHAOS_SESSION_MS: '1000', CHAOS_AUDIT_AFTER_MS: '1200' }

export const kill: Scenario = {
  name: 'kill',
  about: 'kill -9 of ingester and warehouse in one, at named points and at random; --kills 1000 for the long proof',
  stage: {
    partitions: PARTITIONS,
    perSecond: 200,
    isBundled: true,
    payload: { of: mixedPayload, isOne: isMixedOfRun },
    env: { CHAOS_FORMAT: chaosMapping.format, LOG_LEVEL: 'warn' },
  },
  memoryLimitMb: 3_000,
  run: harm,
  check: (chaos) => checkDerived(chaos, [chaosMapping]),
}

async function harm({ stage, random, say, did, fail, isOver }: Chaos): Promise<void> {
  // From here on the ingester itself holds the warehouse's folder.
  await stage.warehouse.stop()
  const reached = new Map<Point, number>()
  const seen = (point: Point): void => void reached.set(point, (reached.get(point) ?? 0) + 1)
  let missed = 0
  let spare = stage.member(EMBEDDED)
  const startedMs = Date.now()
  let deaths = 0
  for (; !isOver(deaths); deaths += 1) {
    const member = await spare
    spare = stage.member(EMBEDDED)
    // Awaited in the next turn; until then its failure is nobody's.
    spare.catch(() => undefined)
    const point = deaths % 2 === 0 ? POINTS[(deaths / 2) % POINTS.length] : undefined
    if (point === undefined) {
      await dieAtRandom(member, random)
      did('SIGKILL at any moment')
    } else if (await dieAt(member, point, random)) seen(point)
    else {
      missed += 1
      await member.kill()
    }
    if ((deaths + 1) % 20 === 0)
      say(`${deaths + 1} deaths, ${((Date.now() - startedMs) / (deaths + 1) / 1000).toFixed(1)} s each`)
  }
  for (const [point, times] of reached) did(`SIGKILL at ${point}`, times)
  if (missed > 0) did('life that did not come by its point', missed)
  if (deaths >= 2 * POINTS.length)
    for (const point of POINTS) if (!reached.has(point)) fail(`no life came by the point ${point}`)
  await (await spare).kill()
  await stage.warehouse.start()
  const last = await stage.member()
  last.join()
}

async function dieAtRandom(member: Member, random: () => number): Promise<void> {
  member.join()
  await Promise.race([member.ended, sleep(random() * RANDOM_MS)])
  await member.kill()
}

/** Whether it died there. */
async function dieAt(member: Member, point: Point, random: () => number): Promise<boolean> {
  member.arm({ point, count: countOf(point, random), delayMs: delayOf(point, random) })
  member.join()
  const giveUp = new AbortController()
  const ending = point === 'stopping' ? sleep(1_200 + random() * 1_000).then(() => member.terminate()) : null
  const isDead = await Promise.race([
    member.ended.then(() => true),
    sleep(LONGEST_LIFE_MS, false, { signal: giveUp.signal }).catch(() => false),
  ])
  giveUp.abort()
  await ending
  return isDead && (await member.ended) === 'SIGKILL'
}

const ONCE: ReadonlySet<Point> = new Set(['joining', 'stopping', 'auditing', 'paused', 'verified'])

/** Not always the first time: the later ones are reached with more in flight. A position is read once per partition. */
function countOf(point: Point, random: () => number): number {
  if (ONCE.has(point)) return 1
  return 1 + Math.floor(random() * (point === 'position-read' ? PARTITIONS : 4))
}

/** What takes time is also killed in its middle. */
function delayOf(point: Point, random: () => number): number {
  if (point === 'inserting') return 1 + random() * 20
  if (point === 'deriving') return random() < 0.3 ? 0 : random() * 120
  if (point === 'auditing' || point === 'stopping' || point === 'joining') return random() < 0.5 ? 0 : random() * 60
  return 0
}
