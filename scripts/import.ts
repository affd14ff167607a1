/** `npm run import -- olist <folder>`: a public data set into the warehouse, up to finished facts. */
import { Command } from 'commander'
import { createProgressLines } from '#ingest/import/progress.ts'
import { type ImportSummary, importOlist } from '#ingest/import/olist.ts'
import { createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'

const STOPPED_BY_HAND = 130

async function importFolder(folder: string, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now()
  const warehouse = await openWarehouse(loadWarehouseConfig(process.env))
  try {
    const landing = await createLanding(warehouse, {
      onRetry: (attempt) => note(`the warehouse does not take the batch, attempt ${attempt}`),
    })
    const project = readProject()
    await buildModels(warehouse, project)
    const lines = createProgressLines(Date.now)
    const summary = await importOlist(folder, {
      warehouse,
      landing,
      signal,
      onProgress: (progress) => lines(progress).forEach(note),
    })
    note('working out the facts')
    const tick = await createTicker(warehouse, project).tick(Date.now())
    printSummary(summary, tick?.orders ?? 0, (Date.now() - startedMs) / 1000)
  } finally {
    await warehouse.close()
  }
}

function printSummary(summary: ImportSummary, orders: number, seconds: number): void {
  for (const { file, line, reason, detail } of summary.unreadable) console.log(`${file}:${line} ${reason} ${detail}`)
  const more = summary.unreadableCount - summary.unreadable.length
  if (more > 0) console.log(`… and ${more} more; all of them are in dead_letters`)
  console.log(
    `landed      ${summary.landed} records${summary.alreadyLanded > 0 ? ` (${summary.alreadyLanded} were landed before)` : ''}`,
  )
  console.log(`mapped      ${summary.isMapped ? 'yes' : 'by an earlier run, nothing new'}`)
  console.log(`unreadable  ${summary.unreadableCount}`)
  console.log(`orders      ${orders} worked out`)
  console.log(`seconds     ${seconds.toFixed(1)}`)
}

function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

const stop = new AbortController()
process.once('SIGINT', () => {
  note('stopping after the current batch; press Ctrl-C again to stop at once')
  stop.abort()
})

const program = new Command('import').description('Imports a public data set into the warehouse.').showHelpAfterError()
program
  .command('olist')
  .description('the Brazilian e-commerce data set of Olist: CSV files, plain or gzipped')
  .argument('<folder>', 'folder that holds the CSV files')
  .action((folder: string) => importFolder(folder, stop.signal))

try {
  await program.parseAsync()
} catch (error) {
  const { name, code, message } = error as { name: string; code?: string; message: string }
  note(`${name}${code === undefined ? '' : ` ${code}`}: ${message}`)
  process.exitCode = code === 'STOPPED' ? STOPPED_BY_HAND : 1
}
