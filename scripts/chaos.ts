/** `npm run chaos -- <name> --minutes N`: harms a running ingestion for a while, then compares it with the producer's ledger. */
import { Command, InvalidArgumentError } from 'commander'
import { describe, runScenario } from './chaos/scenario.ts'
import { scenarios } from './chaos/scenarios.ts'

const program = new Command('chaos')
  .description('Harms a running ingestion with real Kafka and finds out whether a message was lost or doubled.')
  .argument('[name]', 'the scenario')
  .option('--list', 'name the scenarios')
  .option('--minutes <number>', 'how long the harm is done (2 unless the scenario says otherwise)', positive)
  .option('--kills <number>', 'of the scenarios that kill: so many deaths, however long it takes', positive)
  .option('--seed <number>', 'the same seed rolls the same dice', positive, Date.now() % 100_000)
  .option('--keep', 'keep logs, ledger and data also when all is well')
  .action(chaos)

async function chaos(
  name: string | undefined,
  options: { list?: boolean; minutes?: number; kills?: number; seed: number; keep?: boolean },
): Promise<void> {
  const scenario = scenarios.find((one) => one.name === name)
  if (options.list === true || scenario === undefined) {
    if (name !== undefined && scenario === undefined) {
      console.error(`unknown scenario: ${name}`)
      process.exitCode = 1
    }
    const width = Math.max(...scenarios.map((one) => one.name.length))
    for (const one of scenarios) console.log(`${one.name.padEnd(width)}  ${one.about}`)
    return
  }
  const minutes = options.minutes ?? scenario.minutes ?? 2
  const extent = options.kills === undefined ? `${minutes} min` : `${options.kills} kills`
  console.log(`${scenario.name} for ${extent}, seed ${options.seed}: ${scenario.about}`)
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      console.log('  told to end: what was done until now is compared')
      interruption.abort()
    })
  const report = await runScenario(scenario, {
    seconds: minutes * 60,
    ...(options.kills !== undefined && { kills: options.kills }),
    seed: options.seed,
    interrupted: interruption.signal,
    say: (text) => console.log(`  ${new Date().toISOString().slice(11, 19)}  ${text}`),
    ...(options.keep !== undefined && { keep: options.keep }),
  })
  console.log(describe(report))
  if (!report.isClean) process.exitCode = 1
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0')
  return value
}

await program.parseAsync()
