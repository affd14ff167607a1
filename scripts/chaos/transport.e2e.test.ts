/** Short runs of the storms that `npm run chaos` does for as long as it is told to. */
import { expect, test } from 'vitest'
import { describe as tell, runScenario } from './scenario.ts'
import { broker } from './scenarios/broker.ts'
import { network } from './scenarios/network.ts'
import { rebalance } from './scenarios/rebalance.ts'

test.each([
  { scenario: rebalance, seconds: 10 },
  { scenario: broker, seconds: 8 },
  { scenario: network, seconds: 12 },
])('$scenario.name: nothing is lost and nothing doubled', { timeout: 300_000 }, async ({ scenario, seconds }) => {
  const report = await runScenario(scenario, { seconds, seed: 7, say: () => undefined })
  console.log(tell(report))
  expect(report.isClean, tell(report)).toBe(true)
})
