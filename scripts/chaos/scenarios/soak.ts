/**
 * Hours of ordinary life with a little harm: one ingester that is never touched and is measured, one that is restarted, short
 * cuts of the lines, bursts. Each minute says how it fares; the end says whether memory grows.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Member } from '../member.ts'
import { residentMb, sampleMemory } from '../memory.ts'
import { askAuditor } from '../rebuild.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const PER_SECOND = 400
/** One second in twenty is a bad one. */
const FAULT_EVERY_MS = 20_000
const FAULT_MS = 1_000
const MINUTE_MS = 60_000
const LIMIT_MB_PER_TEN_MINUTES = 1
/** A shorter run grows by warming up, and a line through it says nothing. */
const TELLING_MINUTES = 60
const MOST_PARTS = 100

export const soak: Scenario = {
  name: 'soak',
  about:
    'two hours of sending with 5 % faults; events, lag, memory, parts and loop delay each minute, slope at the end',
  minutes: 120,
  stage: {
    partitions: 6,
    perSecond: PER_SECOND,
    throughProxies: true,
    env: { LOG_LEVEL: 'warn', CHAOS_AUDIT_AFTER_MS: '30000' },
  },
  memoryLimitMb: 512,
  run: harm,
  async check({ stage, fail }) {
    for (const complaint of await askAuditor(stage, [])) fail(complaint)
  },
}

async function harm(chaos: Chaos): Promise<void> {
  const { stage, seconds, say, fail, isOver } = chaos
  const steady = await stage.member()
  steady.join()
  let fickle = await stage.member()
  fickle.join()
  const memory = sampleMemory(() => [steady.pid])
  const startedMs = Date.now()
  // A short run has its faults and its looks too.
  const minute = Math.min(MINUTE_MS, seconds * 300)
  const faultEvery = Math.min(FAULT_EVERY_MS, seconds * 200)
  let [minuteMs, faultMs, landed, mostParts] = [startedMs + minute, startedMs + faultEvery, 0, 0]
  while (!isOver() && steady.isAlive()) {
    await sleep(200)
    const now = Date.now()
    if (now >= faultMs) {
      faultMs += faultEvery
      fickle = await fault(chaos, fickle)
    }
    if (now < minuteMs) continue
    minuteMs += minute
    const seen = await look(chaos, steady)
    mostParts = Math.max(mostParts, seen.parts)
    say(
      `${((now - startedMs) / MINUTE_MS).toFixed(1)} min: ${Math.round(((seen.landed - landed) * 1000) / minute)} events/s, lag ${seen.lag}, ingester ${seen.rssMb} MB (heap ${seen.heapMb}), warehouse ${seen.warehouseMb} MB, ${seen.parts} parts in the fullest partition, loop delay p99 ${seen.loopDelayMs} ms`,
    )
    landed = seen.landed
  }
  stage.producer.rate(PER_SECOND)
  const { highestMb, slopeMbPerTenMinutes: slope } = memory.stop()
  say(
    `memory of the ingester that was never restarted: at most ${highestMb} MB, slope ${slope ?? 'unknown'} MB per ten minutes over the second half, garbage aside`,
  )
  if (!steady.isAlive()) fail('the ingester that nobody touched has ended')
  if (seconds >= TELLING_MINUTES * 60 && slope !== null && slope > LIMIT_MB_PER_TEN_MINUTES)
    fail(`memory grows by ${slope} MB per ten minutes; ${LIMIT_MB_PER_TEN_MINUTES} MB are allowed`)
  if (mostParts > MOST_PARTS) fail(`${mostParts} parts in one partition of a table; ${MOST_PARTS} are allowed`)
}

/** Returns the restless ingester of from now on. */
async function fault({ stage, random, did }: Chaos, fickle: Member): Promise<Member> {
  const dice = random()
  if (dice < 0.25) {
    did('restart of an ingester by SIGTERM')
    fickle.terminate()
    const next = await stage.member()
    await fickle.ended
    next.join()
    return next
  }
  const [name, proxy] =
    dice < 0.6 ? (['broker', stage.proxies.kafka] as const) : (['warehouse', stage.proxies.warehouse] as const)
  if (dice < 0.45) {
    proxy.weather({ kind: 'down' })
    did(`${name} refuses for a second`)
  } else if (dice < 0.75) {
    proxy.reset()
    did(`connections to the ${name} reset`)
  } else if (dice < 0.85) {
    proxy.cutAnswerAfter(0)
    did(`an answer of the ${name} lost`)
  } else {
    stage.producer.rate(PER_SECOND * 4)
    did('burst of four times the rate')
  }
  await sleep(FAULT_MS)
  proxy.weather({ kind: 'fair' })
  stage.producer.rate(PER_SECOND)
  return fickle
}

type Look = {
  readonly landed: number
  readonly lag: bigint
  readonly rssMb: number
  readonly warehouseMb: number
  readonly parts: number
  readonly loopDelayMs: string
  readonly heapMb: string
}

async function look({ stage }: Chaos, steady: Member): Promise<Look> {
  const [row] = await stage.query((opened) =>
    opened.query(
      {
        name: 'rows and parts',
        sql: `select (select count() from raw_events where topic = {topic:String}) as landed,
          (select max(n) from (select count() as n from system.parts where active and database = currentDatabase() group by table, partition)) as parts`,
        row: z.object({ landed: z.coerce.number(), parts: z.coerce.number() }),
      },
      { topic: stage.topic },
    ),
  )
  const [warehousePid, stats] = [stage.warehouse.pid(), await steady.stats()]
  return {
    landed: row?.landed ?? 0,
    parts: row?.parts ?? 0,
    lag: await stage.lag(),
    rssMb: Math.round(residentMb(steady.pid)),
    warehouseMb: warehousePid === undefined ? 0 : Math.round(residentMb(warehousePid)),
    loopDelayMs: stats?.loopDelayP99Ms.toFixed(1) ?? 'unknown',
    heapMb: stats?.heapMb.toFixed(0) ?? 'unknown',
  }
}
