/** `npm run replay`: derives dead letters again after a mapping, a contract or a producer was mended. */
import { Command } from 'commander'
import { replay } from '#ingest/replay.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import { openWarehouse } from '#warehouse/open.ts'

const program = new Command('npm run replay --')
  .description('derives dead letters again, and says what that cured; doing it twice changes nothing')
  .option('--reason <code>', 'only letters of this reason, such as unknown_event_type')
  .option('--topic <name>', 'only letters of this topic')
  .option('--format <name>', 'only letters of this format, such as cloudevents or shopify')

program.parse()
const selection = program.opts<{ reason?: string; topic?: string; format?: string }>()

async function main(): Promise<void> {
  const warehouse = await openWarehouse(loadWarehouseConfig(process.env))
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const startedMs = performance.now()
  try {
    const result = await replay(warehouse, selection, {
      signal: stop.signal,
      requestedBy: 'command line',
      onProgress: ({ done, total, cured }) => {
        const seconds = (performance.now() - startedMs) / 1000
        const rate = done / Math.max(seconds, 0.001)
        const left = done === 0 ? '' : `, ${Math.ceil((total - done) / Math.max(rate, 0.001))} s left`
        console.log(`${done} of ${total} derived again, ${cured} cured, ${Math.round(rate)}/s${left}`)
      },
    })
    if (result.state === 'stopped') console.log('stopped; the same command goes on')
    if (result.leftOut > 0)
      console.log(`${result.leftOut} letters are of formats that are mapped as a whole: run their import again`)
    console.log(
      result.done === 0
        ? 'no dead letter matches'
        : `${result.cured} cured, ${result.done - result.cured} still fail; their orders are taken up by the next tick`,
    )
  } finally {
    await warehouse.close()
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof WarehouseError)) throw error
  console.error(`replay: ${error.message}`)
  process.exitCode = 1
}
