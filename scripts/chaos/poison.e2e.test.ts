/** What `npm run chaos -- poison` does for as long as it is told, for a moment. */
import { expect, test } from 'vitest'
import { describe as tell, runScenario } from './scenario.ts'
import { poison } from './scenarios/poison.ts'

test('200 poisonous messages, one in a hundred', async () => {
  const lines: string[] = []
  const report = await runScenario(poison, { seconds: 0, seed: 20_261_123, say: (text) => void lines.push(text) })
  console.log(tell(report))
  expect(report.isClean, [...lines, tell(report)].join('\n')).toBe(true)
}, 600_000)
