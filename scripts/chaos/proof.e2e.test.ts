/**
 * What `npm run chaos` does for as long as it is told, each for a moment. Afterwards the producer's ledger, the landed rows, what
 * was derived from them, a rebuild from the landed bytes, and the auditor must agree.
 */
import { expect, test } from 'vitest'
import { type Chaos, type Scenario, describe as tell, runScenario } from './scenario.ts'
import { killWarehouse } from './scenarios/kill-warehouse.ts'
import { kill } from './scenarios/kill.ts'
import { soak } from './scenarios/soak.ts'
import { warehouse } from './scenarios/warehouse.ts'

const SEED = 20_261_123

/** One stage for all of them: setting it and judging take longer than most harms. */
const harms: Scenario = {
  ...kill,
  name: 'harms',
  about: 'kills of the ingester, kills of the warehouse, a bad warehouse, a little of ordinary life',
  stage: { ...kill.stage, throughProxies: true },
  ...(warehouse.setUp && { setUp: warehouse.setUp }),
  async run(chaos) {
    await kill.run(untilDeaths(chaos, 60))
    await next(chaos)
    await killWarehouse.run(untilDeaths(chaos, 6))
    await next(chaos)
    await warehouse.run(forMoments(chaos, 5))
    await next(chaos)
    await soak.run(forMoments(chaos, 12))
  },
}

async function next({ stage }: Chaos): Promise<void> {
  await Promise.all([...stage.members].map((member) => member.end()))
}

const untilDeaths = (chaos: Chaos, most: number): Chaos => ({ ...chaos, isOver: (deaths = 0) => deaths >= most })

/** The clock starts with the first look, so that some harm is done however slow the machine. */
function forMoments(chaos: Chaos, seconds: number): Chaos {
  let until: number | null = null
  return { ...chaos, seconds, isOver: () => Date.now() >= (until ??= Date.now() + seconds * 1000) }
}

test('60 × kill -9 of the ingester, kills of the warehouse, and a warehouse in every bad state', async () => {
  const lines: string[] = []
  const report = await runScenario(harms, { seconds: 0, seed: SEED, say: (text) => void lines.push(text) })
  console.log(tell(report))
  expect(report.isClean, [...lines, tell(report)].join('\n')).toBe(true)
}, 900_000)
