/** `npm run detect -- --seeds N --orders M`: precision and recall of detection on N simulated stores, by type. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { createPipeline } from './detect/pipeline.ts'
import { deliveredBetween, ordersOfSeeds, printScores, scoreDetection } from './detect/score.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 9, 1)

const program = new Command('detect')
  .description(
    'Lands simulated stores in a warehouse of their own and compares what is detected with what was planted.',
  )
  .option('--seeds <number>', 'stores', positive, 20)
  .option('--first <number>', 'the seed of the first store', positive, 1)
  .option('--orders <number>', 'orders of each store', positive, 150)
  .option('--days <days>', 'days after the first order at which to look, separated by commas', days, [3, 9, 30])
  .action(detect)

async function detect(options: { seeds: number; first: number; orders: number; days: number[] }): Promise<void> {
  const seeds = Array.from({ length: options.seeds }, (_, n) => options.first + n)
  const orders = ordersOfSeeds(seeds, options.orders, START)
  console.log(`${orders.length} orders of ${seeds.length} stores, seeds ${seeds[0]} to ${seeds.at(-1)}`)
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-detect-'))
  const path = join(folder, 'warehouse')
  const warehouse = await openWarehouse({ mode: 'embedded', path, database: 'orderlens', readers: 2 })
  await buildModels(warehouse, readProject())
  const pipeline = await createPipeline(warehouse)
  try {
    let landedUntil = -Infinity
    for (const day of options.days) {
      const asOf = START + day * DAY
      await pipeline.land('simulator', deliveredBetween(orders, landedUntil, asOf))
      landedUntil = asOf
      await pipeline.ticker.tick(asOf)
      const scores = await scoreDetection(pipeline.warehouse, orders, asOf)
      console.log(`\nafter ${day} days\n${printScores(scores)}`)
      for (const { missed, surplus } of scores) {
        for (const line of missed) console.log(`missed   ${line}`)
        for (const line of surplus) console.log(`surplus  ${line}`)
        if (missed.length + surplus.length > 0) process.exitCode = 1
      }
    }
  } finally {
    await pipeline.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('expected a whole number above 0')
  return value
}

function days(text: string): number[] {
  const values = text.split(',').map(Number)
  if (values.some((value) => !Number.isFinite(value) || value <= 0))
    throw new InvalidArgumentError('expected days above 0, such as 3,9,30')
  return values.sort((a, b) => a - b)
}

await program.parseAsync()
