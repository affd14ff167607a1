/** A scenario does harm for a while; afterwards ledger and warehouse must agree. Running one is the same for all of them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MemoryReport, sampleMemory } from './memory.ts'
import { type Verdict, isClean } from './oracle.ts'
import { type Stage, type StageOptions, setStage } from './stage.ts'

export type Chaos = {
  readonly stage: Stage
  readonly seconds: number
  /** Reproducible by its seed as far as the outside world allows. */
  readonly random: () => number
  readonly say: (text: string) => void
  /** Counts what was done; printed at the end. */
  readonly did: (what: string, times?: number) => void
  /** Something besides loss and doubling that must not be: the run fails. */
  readonly fail: (what: string) => void
  /** `deaths` counts, where deaths were asked for; the time otherwise. An operator may end either early. */
  readonly isOver: (deaths?: number) => boolean
}

export type Scenario = {
  readonly name: string
  readonly about: string
  readonly stage: Omit<StageOptions, 'folder' | 'say'>
  /** How long it takes by command unless told otherwise. */
  readonly minutes?: number
  /** Most resident memory of an ingester in MB. */
  readonly memoryLimitMb?: number
  /** How long everything may take to be landed afterwards; as long as the stage waits unless given. */
  readonly patienceMs?: number
  /** What the stage needs that is not there by itself, such as a file system of its own. */
  setUp?(folder: string, say: (text: string) => void): Promise<Prepared>
  /** Does the harm for `seconds` and leaves at least one member that is joined. */
  run(chaos: Chaos): Promise<void>
  /** Looked at when everything is landed and derived: what the comparison with the ledger does not see. */
  check?(chaos: Chaos): Promise<void>
}

export type Prepared = { readonly warehouseData: string; close(): Promise<void> }

export type Report = {
  readonly name: string
  readonly did: ReadonlyMap<string, number>
  readonly failures: readonly string[]
  readonly verdict: Verdict
  readonly memory: MemoryReport
  readonly isClean: boolean
}

const MEMORY_LIMIT_MB = 600

export async function runScenario(
  scenario: Scenario,
  options: {
    seconds: number
    seed: number
    say: (text: string) => void
    keep?: boolean
    kills?: number
    /** Ends the harm; what was done until then is compared all the same. */
    interrupted?: AbortSignal
  },
): Promise<Report> {
  const { say, seconds, kills = null, interrupted } = options
  const folder = await mkdtemp(join(tmpdir(), `orderlens-chaos-${scenario.name}-`))
  say(`${scenario.name}: setting the stage in ${folder}`)
  const prepared = await scenario.setUp?.(folder, say)
  const stage = await setStage({
    ...scenario.stage,
    folder,
    say,
    ...(prepared && { warehouseData: prepared.warehouseData }),
  }).catch(async (cause: unknown) => {
    await prepared?.close()
    throw cause
  })
  const memory = sampleMemory(() => [...stage.members].map(({ pid }) => pid))
  const did = new Map<string, number>()
  const failures: string[] = []
  let isKept = true
  try {
    // The clock starts with the first look at it: a slow machine sets its stage for longer.
    let until: number | null = null
    const chaos: Chaos = {
      stage,
      seconds,
      random: generator(options.seed),
      say,
      did: (what, times = 1) => void did.set(what, (did.get(what) ?? 0) + times),
      fail: (what) => void failures.push(what),
      isOver: (deaths) =>
        interrupted?.aborted === true ||
        (deaths !== undefined && kills !== null
          ? deaths >= kills
          : Date.now() >= (until ??= Date.now() + seconds * 1000)),
    }
    await scenario.run(chaos)
    say(`${scenario.name}: the harm is over; waiting for the rest to land`)
    const verdict = await stage.judge(scenario.patienceMs)
    // What the comparison found is told, whatever becomes of the check.
    await scenario.check?.(chaos).catch((cause: unknown) => {
      failures.push(`the check did not come to its end: ${cause instanceof Error ? cause.message : String(cause)}`)
    })
    const report = memory.stop()
    const limit = scenario.memoryLimitMb ?? MEMORY_LIMIT_MB
    if (report.highestMb > limit) failures.push(`an ingester held ${report.highestMb} MB; ${limit} MB are allowed`)
    failures.push(...stage.deaths)
    if (verdict.landed === 0) failures.push('nothing was landed at all')
    const clean = isClean(verdict) && failures.length === 0
    isKept = options.keep === true || !clean
    return { name: scenario.name, did, failures, verdict, memory: report, isClean: clean }
  } finally {
    memory.stop()
    await stage.close()
    await prepared?.close()
    if (isKept) say(`${scenario.name}: logs, ledger and data are left in ${folder}`)
    else await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

/** What a run did and found, for a person. */
export function describe({ name, did, failures, verdict, memory, isClean: clean }: Report): string {
  const n = (value: number): string => value.toLocaleString('en')
  return [
    `${name}: ${[...did].map(([what, times]) => `${n(times)} × ${what}`).join(', ')}`,
    `  ${n(verdict.acknowledged)} messages acknowledged, ${n(verdict.landed)} landed (${n(verdict.unacknowledged)} of them sent without an answer)`,
    `  ${n(verdict.lost)} lost, ${n(verdict.doubled)} doubled, ${n(verdict.altered)} altered, ${n(verdict.underived)} without one outcome`,
    `  memory of an ingester: at most ${n(memory.highestMb)} MB${memory.slopeMbPerTenMinutes === null ? '' : `, slope ${memory.slopeMbPerTenMinutes} MB per ten minutes`}`,
    ...[...verdict.examples, ...failures].map((text) => `  ✗ ${text}`),
    clean ? '  ✓ nothing lost, nothing doubled' : '  ✗ FAILED',
  ].join('\n')
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
