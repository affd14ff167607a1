/** The warehouse process is killed while ingesters live: in the middle of what they asked of it, and at any moment. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Point } from '../failpoints.ts'
import { chaosMapping, isMixedOfRun, mixedPayload } from '../mapping.ts'
import { checkDerived } from '../rebuild.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const POINTS: readonly Point[] = [
  'inserting',
  'deriving',
  'derived',
  'before-insert',
  'inserted',
  'listed',
  'position-read',
]
const PATIENCE_MS = 8_000

export const killWarehouse: Scenario = {
  name: 'kill-warehouse',
  about: 'kill -9 of the warehouse process while two ingesters live: amid their statements and at random',
  stage: {
    partitions: 4,
    perSecond: 200,
    payload: { of: mixedPayload, isOne: isMixedOfRun },
    env: { CHAOS_FORMAT: chaosMapping.format, LOG_LEVEL: 'warn', CHAOS_AUDIT_AFTER_MS: '1000' },
  },
  run: harm,
  check: (chaos) => checkDerived(chaos, [chaosMapping]),
}

async function harm({ stage, random, say, did, isOver }: Chaos): Promise<void> {
  const members = await Promise.all([stage.member(), stage.member()])
  for (const member of members) member.join()
  await sleep(3_000)
  for (let deaths = 0; !isOver(deaths); deaths += 1) {
    const point = deaths % 2 === 0 ? POINTS[(deaths / 2) % POINTS.length] : undefined
    const member = members[Math.floor(random() * members.length)]
    if (point === undefined || member === undefined) {
      await sleep(random() * 2_000)
      await stage.warehouse.kill()
      did('SIGKILL at any moment')
    } else {
      const reached = member.reached(point).then(() => true)
      member.arm({ point, count: 1 + Math.floor(random() * 5), delayMs: 0, isOnlyTold: true })
      const isThere = await Promise.race([reached, sleep(PATIENCE_MS, false)])
      if (point === 'inserting' || point === 'deriving') await sleep(random() * 30)
      await stage.warehouse.kill()
      did(isThere ? `SIGKILL when an ingester was at ${point}` : 'SIGKILL at any moment')
    }
    await sleep(random() * 1_000)
    await stage.warehouse.start()
    if ((deaths + 1) % 10 === 0) say(`${deaths + 1} deaths of the warehouse`)
    // Long enough to be of use before the next.
    await sleep(500 + random() * 2_000)
  }
}
