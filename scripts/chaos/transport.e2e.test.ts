/** The storms that `npm run chaos` does for as long as it is told to, each for a moment and one after the other. */
import { expect, test } from 'vitest'
import { type Chaos, type Scenario, describe as tell, runScenario } from './scenario.ts'
import { broker } from './scenarios/broker.ts'
import { network } from './scenarios/network.ts'
import { rebalance } from './scenarios/rebalance.ts'

const SECONDS = 8

const storms: Scenario = {
  name: 'storms',
  about: 'rebalances, then the broker, then the network',
  stage: { partitions: 6, perSecond: 300, throughProxies: true },
  async run(chaos) {
    await rebalance.run(forMoments(chaos))
    // Two go on; the others leave as they should.
    await Promise.all([...chaos.stage.members].slice(2).map((member) => member.end()))
    await broker.run(forMoments(chaos))
    await network.run(forMoments(chaos))
  },
}

/** The clock of each starts with its first look, so that it does some harm however slow the machine. */
function forMoments(chaos: Chaos): Chaos {
  let until: number | null = null
  return { ...chaos, seconds: SECONDS, isOver: () => Date.now() >= (until ??= Date.now() + SECONDS * 1000) }
}

test(
  'rebalances, kills of the broker and a bad network: nothing is lost and nothing doubled',
  { timeout: 600_000 },
  async () => {
    const report = await runScenario(storms, { seconds: 3 * SECONDS, seed: 7, say: () => undefined })
    console.log(tell(report))
    expect(report.isClean, tell(report)).toBe(true)
  },
)
