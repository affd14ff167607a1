/**
 * Two hundred poisonous messages, one among a hundred good ones: each has exactly one reason, the good ones are events, replays
 * account for all of them twice the same. Then so many that the breaker opens, while landing goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { replay } from '#ingest/replay.ts'
import type { Mapping } from '#ingest/mappings/mapping.ts'
import { runProgram } from '../../services/service.ts'
import { countUnderived } from '../oracle.ts'
import { isOfRun } from '../payload.ts'
import { EVERY, FLOOD, MIXED, poisonOf, poisonedPayload } from '../poison.ts'
import { askAuditor, compareWithRebuild } from '../rebuild.ts'
import type { Chaos, Scenario } from '../scenario.ts'
import { LOGIN } from '../warehouse-server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PATIENCE_MS = 180_000
const RATE = { mixed: 3_000, flood: 600 }

export const poison: Scenario = {
  name: 'poison',
  about:
    '200 poisonous messages, 1 in 100, each with one reason; replays account for all; then a flood opens the breaker',
  stage: {
    partitions: 4,
    perSecond: RATE.mixed,
    messageBytes: 40_000_000,
    payload: {
      of: poisonedPayload,
      isOne: (run, value) => isOfRun(run, value) || !/"id":"[^"/]+\/\d+"/.test(value.toString('utf8')),
    },
    env: { LOG_LEVEL: 'warn' },
  },
  // Ten megabytes are held several times on their way: as fetched, as a message, as Arrow.
  memoryLimitMb: 800,
  run: harm,
  async check({ stage, fail }) {
    for (const complaint of await askAuditor(stage, [])) fail(complaint)
  },
}

async function harm(chaos: Chaos): Promise<void> {
  const { stage, say, did, fail } = chaos
  const member = await stage.member()
  member.join()
  await until(() => stage.producer.acknowledged() + stage.producer.unclear() >= MIXED, 'the poison is sent')
  stage.producer.rate(0)
  await until(() => isAllDerived(chaos), 'what was sent is landed and derived')
  say(`${stage.producer.acknowledged().toLocaleString('en')} messages are landed and derived`)
  const letters = await compareReasons(chaos)
  did('poisonous message with its one reason', letters)
  if ((await breakerState(chaos)) === 'open') fail('the breaker opened at one poisonous message in a hundred')
  const { differences } = await compareWithRebuild(stage, [])
  for (const difference of differences) fail(difference)
  await replayByCommand(chaos, letters)
  await replayMended(chaos, letters)
  await flood(chaos)
}

async function isAllDerived({ stage }: Chaos): Promise<boolean> {
  return (await stage.lag()) === 0n && (await stage.query((opened) => countUnderived(opened, stage.topic))) === 0
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain until ${what}`)
    await sleep(100)
  }
}

const letterRow = z.object({
  key: z.string(),
  reason: z.string(),
  detail: z.string(),
  path: z.string(),
  n: z.coerce.number(),
})
/** What a person can read: no control characters but line ends. */
const READABLE = /^(?:\P{Cc}|\n){8,400}$/u

/** Returns how many poisonous messages have the reason they should have, and complains about each that has not. */
async function compareReasons({ stage, fail }: Chaos): Promise<number> {
  const rows = await stage.query((opened) =>
    opened.query(
      {
        name: 'dead letters of the poison',
        sql: `select key, any(reason) as reason, any(detail) as detail, any(path) as path, count() as n from dead_letters final
          where topic = {topic:String} and is_cured = 0 group by key, partition, offset`,
        row: letterRow,
      },
      { topic: stage.topic },
    ),
  )
  const byKey = new Map(rows.map((row) => [row.key, row]))
  let right = 0
  for (let n = EVERY - 1; n < MIXED; n += EVERY) {
    const sent = poisonOf(n)
    const found = byKey.get(`poison/${n}`)
    const expected = [sent?.reason ?? []].flat()
    if (found === undefined) fail(`${sent?.name} became no dead letter`)
    else if (found.n !== 1) fail(`${sent?.name} has ${found.n} reasons`)
    else if (!expected.includes(found.reason))
      fail(`${sent?.name}: expected ${expected.join(' or ')}, found ${found.reason}`)
    else if (!READABLE.test(found.detail) || found.path === '')
      fail(`${sent?.name}: nobody understands "${found.detail}"`)
    else right += 1
    byKey.delete(`poison/${n}`)
  }
  for (const { key, reason, detail } of byKey.values())
    fail(`${key} was good and is a dead letter: ${reason}: ${detail}`)
  const [events] = await stage.query((opened) =>
    opened.query(
      {
        name: 'events of good messages',
        sql: 'select count() as n from (select distinct partition, offset from events where topic = {topic:String} and ordinal = 0)',
        row: z.object({ n: z.coerce.number() }),
      },
      { topic: stage.topic },
    ),
  )
  const sent = stage.producer.acknowledged()
  if (stage.producer.unclear() === 0 && events?.n !== sent - rows.length)
    fail(`${sent - rows.length} good messages were sent, ${events?.n ?? 0} of them are events`)
  return right
}

async function breakerState({ stage }: Chaos): Promise<string> {
  return stage.query(async (opened) => {
    const [row] = await opened.queryRows(
      'select toString(state) as state from derivation_breakers final where topic = {topic:String}',
      { topic: stage.topic },
    )
    return typeof row?.['state'] === 'string' ? row['state'] : 'closed'
  })
}

/** As an operator does it; nothing was mended, so all of them fail as before. */
async function replayByCommand({ stage, say, fail, did }: Chaos, letters: number): Promise<void> {
  for (const time of ['first', 'second']) {
    const said = await runProgram(process.execPath, ['--import', 'tsx', 'scripts/replay.ts', '--topic', stage.topic], {
      cwd: ROOT,
      env: { ...process.env, ...LOGIN, CLICKHOUSE_URL: stage.warehouse.url, UV_THREADPOOL_SIZE: '16' },
    })
    const summary = said.trim().split('\n').at(-1) ?? ''
    say(`the ${time} replay says: ${summary}`)
    if (!summary.startsWith(`0 cured, ${letters} still fail`)) fail(`the ${time} replay by command says: ${summary}`)
    did('replay by command')
  }
}

/** What a mended reader of events would do: read the second version as the first, and know the type that was unknown. */
const mended: Mapping = {
  format: 'cloudevents',
  render: (messages) => `select topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
    [replaceOne(replaceOne(value, '"order.created.v2"', '"order.created"'), '"order.evaporated"', '"order.created"')] as outcomes,
    '' as concerns, '' as problem from (${messages})`,
}
const CURABLE = new Set(['an unknown type', 'an unknown major version'])

async function replayMended({ stage, say, fail, did }: Chaos, letters: number): Promise<void> {
  let curable = 0
  for (let n = EVERY - 1; n < MIXED; n += EVERY) if (CURABLE.has(poisonOf(n)?.name ?? '')) curable += 1
  const selection = { topic: stage.topic }
  for (const [expected, of] of [
    [curable, letters],
    [0, letters - curable],
  ] as const) {
    const result = await stage.query((opened) => replay(opened, selection, { mappings: [mended] }))
    say(`a replay after mending: ${result.done} derived again, ${result.cured} cured`)
    did('replay after mending')
    if (result.cured !== expected || result.done !== of)
      fail(
        `a replay after mending derived ${result.done} again and cured ${result.cured}; expected ${of} and ${expected}`,
      )
  }
}

/** A third of all is poison: derivation stops, landing does not, and an operator's word lets it go on. */
async function flood(chaos: Chaos): Promise<void> {
  const { stage, say, fail, did } = chaos
  // A process that starts has seen nothing yet: the good messages of before would hide the flood from it for minutes.
  for (const member of stage.members) await member.end()
  const fresh = await stage.member()
  fresh.join()
  stage.producer.skipTo(FLOOD)
  stage.producer.rate(RATE.flood)
  await until(async () => (await breakerState(chaos)) === 'open', 'the breaker opens')
  const before = await rowsOf(chaos)
  await sleep(3_000)
  const after = await rowsOf(chaos)
  say(
    `the breaker is open; ${after.landed - before.landed} messages landed meanwhile, ${after.derived - before.derived} were derived`,
  )
  did('message landed while the breaker was open', after.landed - before.landed)
  if (after.landed <= before.landed) fail('landing stopped with the derivation')
  stage.producer.rate(0)
  await stage.query((opened) =>
    opened.insertRows('derivation_breakers', [
      { topic: stage.topic, state: 'held', messages: 0, rejected: 0, detail: '', changed_by: 'chaos' },
    ]),
  )
}

async function rowsOf({ stage }: Chaos): Promise<{ landed: number; derived: number }> {
  return stage.query(async (opened) => {
    const [row] = await opened.query(
      {
        name: 'landed and derived rows',
        sql: `select (select count() from raw_events where topic = {topic:String}) as landed,
          (select sum(range_n) from (select distinct batch_id, range_n from landed_batches where topic = {topic:String})) as derived`,
        row: z.object({ landed: z.coerce.number(), derived: z.coerce.number() }),
      },
      { topic: stage.topic },
    )
    return row ?? { landed: 0, derived: 0 }
  })
}
