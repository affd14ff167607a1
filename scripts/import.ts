/** `npm run import -- …`: a public data set (`olist`) or files of one's own (`files`) into the warehouse, up to finished facts. */
import { Command } from 'commander'
import { createProgressLines } from '#ingest/import/progress.ts'
import { type ImportSummary, importOlist } from '#ingest/import/olist.ts'
import { createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { type FilesOptions, importFilesCommand } from './import/files.ts'
import { note } from './import/note.ts'
import { roomOf } from './import/room.ts'

const STOPPED_BY_HAND = 130

async function importFolder(folder: string, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now()
  const warehouse = await openWarehouse(loadWarehouseConfig(process.env))
  try {
    const landing = await createLanding(warehouse, {
      room: await roomOf(warehouse, process.env),
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
    await landing.close()
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

const stop = new AbortController()
process.once('SIGINT', () => {
  note('stopping after the current batch; press Ctrl-C again to stop at once')
  stop.abort()
})

const program = new Command('import').description('Imports files into the warehouse.').showHelpAfterError()
program
  .command('olist')
  .description('the Brazilian e-commerce data set of Olist: CSV files, plain or gzipped')
  .argument('<folder>', 'folder that holds the CSV files')
  .action((folder: string) => importFolder(folder, stop.signal))
program
  .command('files')
  .description('CSV, NDJSON, JSON, Parquet, Arrow, ORC or Avro files, plain or packed (gz, zst, lz4, xz, br)')
  .argument('<files...>', "paths, quoted patterns ('in/**/*.csv.gz'), s3://bucket/key*, https://storage/bucket/key*")
  .requiredOption('--mapping <name>', 'cloudevents, events, a built-in format, or a folder with a map.sql')
  .option('--dry-run', 'show the first 20 mapped events and every problem; write nothing')
  .option('--limit <rows>', 'take at most this many rows')
  .option('--format <format>', 'the format, when the name does not tell')
  .option('--delimiter <character>', 'of CSV, instead of what the first line shows; a character or tab')
  .option('--encoding <name>', 'of text that is not UTF-8: windows-1252, utf-16le, gb18030 …')
  .option('--rows-at <path>', 'where in a JSON document the rows are: orders, or result.items')
  .action((files: string[], options: FilesOptions) => importFilesCommand(files, options, process.env, stop.signal))

try {
  await program.parseAsync()
} catch (error) {
  const { name, code, message } = error as { name: string; code?: string; message: string }
  note(`${name}${code === undefined ? '' : ` ${code}`}: ${message}`)
  process.exitCode = code === 'STOPPED' ? STOPPED_BY_HAND : 1
}
