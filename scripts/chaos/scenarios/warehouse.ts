/** The warehouse is away, slow, read-only, refuses by its own codes, loses answers and runs out of disk; each goes by. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { emptyDisk, fillDisk, isOwnDisk, mountSmallDisk } from '../disk.ts'
import { type Fault, type FaultyEndpoint, startFaultyEndpoint } from '../http-faults.ts'
import { chaosMapping, isMixedOfRun, mixedPayload } from '../mapping.ts'
import { checkDerived } from '../rebuild.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const DISK_MB = 400
/** Memory limit, too many parts, timeout, no space. */
const CODES = [241, 252, 159, 243]

export const warehouse: Scenario = {
  name: 'warehouse',
  about: 'the warehouse is down, slow, read-only, refuses with 241, 252, 159 and 243, loses answers, runs out of disk',
  stage: {
    partitions: 4,
    perSecond: 300,
    throughProxies: true,
    payload: { of: mixedPayload, isOne: isMixedOfRun },
    env: { CHAOS_FORMAT: chaosMapping.format, LOG_LEVEL: 'warn' },
  },
  memoryLimitMb: 512,
  async setUp(folder, say) {
    try {
      const disk = await mountSmallDisk(folder, DISK_MB)
      return { warehouseData: disk.path, close: disk.close }
    } catch (cause) {
      say(`no file system of its own can be mounted here, so a full disk is only told by code 243: ${String(cause)}`)
      const warehouseData = join(folder, 'disk')
      await mkdir(warehouseData, { recursive: true })
      return { warehouseData, close: () => Promise.resolve() }
    }
  },
  run: harm,
  check: (chaos) => checkDerived(chaos, [chaosMapping]),
}

type Harm = { readonly name: string; do(chaos: Chaos, endpoint: FaultyEndpoint, ms: number): Promise<void> }

const by = (name: string, fault: Fault): Harm => ({
  name,
  async do({ random }, endpoint, ms) {
    endpoint.fault(fault, random() < 0.5 ? 'writes' : 'everything')
    // An insert that is held for five seconds is not cut short by the end of the harm.
    await sleep(fault.kind === 'slow' ? Math.max(ms, fault.ms + 1_000) : ms)
    endpoint.fault({ kind: 'none' })
  },
})

const HARMS: readonly Harm[] = [
  {
    name: 'down',
    async do({ stage }, _endpoint, ms) {
      await stage.warehouse.stop()
      await sleep(ms)
      await stage.warehouse.start()
    },
  },
  by('slow by 5 s before executing', { kind: 'slow', ms: 5_000, isAfter: false }),
  by('slow by 5 s to answer', { kind: 'slow', ms: 5_000, isAfter: true }),
  {
    name: 'read-only',
    async do({ stage }, _endpoint, ms) {
      await stage.warehouse.stop()
      await stage.warehouse.start({ isReadOnly: true })
      await sleep(ms)
      await stage.warehouse.stop()
      await stage.warehouse.start()
    },
  },
  ...CODES.flatMap((code) => [
    by(`refusal by code ${code}`, { kind: 'code', code, isExecuted: false }),
    by(`code ${code} for what was executed`, { kind: 'code', code, isExecuted: true }),
  ]),
  by('connection cut before executing', { kind: 'cut', isExecuted: false }),
  by('connection cut after executing', { kind: 'cut', isExecuted: true }),
  {
    name: 'disk full',
    async do({ stage, random }, _endpoint, ms) {
      const until = Date.now() + ms
      while (Date.now() < until) {
        await fillDisk(stage.warehouse.data)
        await sleep(300)
      }
      // Half of the times it also dies while there is no room for anything.
      const dies = random() < 0.5
      if (dies) await stage.warehouse.kill()
      await emptyDisk(stage.warehouse.data)
      if (dies) await stage.warehouse.start()
    },
  },
]

async function harm(chaos: Chaos): Promise<void> {
  const { stage, seconds, random, say, did, fail, isOver } = chaos
  const endpoint = await startFaultyEndpoint(() => stage.warehouse.port)
  try {
    stage.proxies.warehouse.target = endpoint.port
    const canFill = await isOwnDisk(stage.warehouse.data)
    const harms = HARMS.filter(({ name }) => canFill || name !== 'disk full')
    const members = await Promise.all([stage.member(), stage.member()])
    for (const member of members) member.join()
    await sleep(3_000)
    const each = Math.min(20_000, Math.max(1_500, (seconds * 1000) / harms.length / 3))
    const inflict = async (one: Harm): Promise<void> => {
      const acknowledged = stage.producer.acknowledged()
      await one.do(chaos, endpoint, each)
      did(one.name)
      const tookMs = await untilLandingGoesOn(chaos)
      if (tookMs === null) fail(`landing did not go on by itself within ${RECOVERY_MS / 1000} s after: ${one.name}`)
      else
        say(
          `${one.name}: ${stage.producer.acknowledged() - acknowledged} messages came meanwhile, landing again after ${(tookMs / 1000).toFixed(1)} s`,
        )
    }
    for (const one of harms) await inflict(one)
    while (!isOver()) {
      const one = harms[Math.floor(random() * harms.length)]
      if (one !== undefined) await inflict(one)
    }
    if (endpoint.met() === 0) fail('no statement met a fault')
    did('statement that met a fault', endpoint.met())
  } finally {
    endpoint.fault({ kind: 'none' })
    stage.proxies.warehouse.target = stage.warehouse.port
    stage.proxies.warehouse.reset()
    await endpoint.close()
  }
}

const RECOVERY_MS = 60_000

/** Rows are counted past the faults. Resolves with how long it took until more of them are there than before. */
async function untilLandingGoesOn(chaos: Chaos): Promise<number | null> {
  const startedMs = Date.now()
  const before = await landedRows(chaos)
  while (Date.now() - startedMs < RECOVERY_MS) {
    if ((await landedRows(chaos)) > before) return Date.now() - startedMs
    await sleep(200)
  }
  return null
}

const landedRows = ({ stage }: Chaos): Promise<number> =>
  stage.query(async (opened) => {
    const [row] = await opened.queryRows('select count() as n from raw_events')
    return Number(row?.['n'] ?? 0)
  })
