/** `npm run import -- files …`: files of any of the known formats, through a mapping, up to finished facts; or a dry run of it. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadS3Config } from '#ingest/files/config.ts'
import { checkMapping, dryRun } from '#ingest/files/dry-run.ts'
import { openFileEngine } from '#ingest/files/engine.ts'
import { FileError } from '#ingest/files/errors.ts'
import { type FileImport, importFiles, inWords } from '#ingest/files/import-files.ts'
import { type FileFormat, fileFormats } from '#ingest/files/kinds.ts'
import { locateFiles } from '#ingest/files/locate.ts'
import { type ChosenMapping, chooseMapping, registerMapping } from '#ingest/files/mapping.ts'
import type { Prepared } from '#ingest/files/prepare.ts'
import { openSpool } from '#ingest/files/spool.ts'
import { createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { dryRunLines } from './dry-run-lines.ts'
import { note } from './note.ts'
import { roomOf } from './room.ts'

export type FilesOptions = {
  readonly mapping: string
  readonly format?: string
  readonly delimiter?: string
  readonly encoding?: string
  readonly rowsAt?: string
  readonly limit?: string
  readonly dryRun?: boolean
}

type Env = Readonly<Record<string, string | undefined>>

export async function importFilesCommand(
  inputs: readonly string[],
  options: FilesOptions,
  env: Env,
  signal: AbortSignal,
): Promise<void> {
  const s3 = loadS3Config(env)
  const chosen = chooseMapping(options.mapping)
  const format = formatOption(options.format)
  const files = await locateFiles(inputs, { s3, ...(format && { format }) })
  const limit = limitOption(options.limit)
  const work: FileImport = {
    files,
    format: chosen.format,
    options: {
      ...(options.delimiter !== undefined && { delimiter: delimiterOption(options.delimiter) }),
      ...(options.encoding !== undefined && { encoding: options.encoding }),
      ...(options.rowsAt !== undefined && { rowsAt: options.rowsAt.split('.') }),
    },
    ...(limit !== undefined && { limit }),
  }
  if (options.dryRun === true) await runDry(work, chosen, env, signal)
  else await run(work, chosen, env, signal)
}

async function runDry(work: FileImport, chosen: ChosenMapping, env: Env, signal: AbortSignal): Promise<void> {
  const config = loadWarehouseConfig({ ...env })
  const engine = await openFileEngine(null)
  // A data folder that is not there yet is not made for a dry run.
  const beside = spoolFolder(config, env)
  const spool = await openSpool(existsSync(beside) ? beside : join(tmpdir(), 'orderlens-spool'))
  let told = 0
  try {
    const result = await dryRun(work, {
      engine,
      spool,
      s3: loadS3Config(env),
      mappings: chosen.own === null ? [] : [chosen.own.mapping],
      signal,
      onNote: (text) => note(`note: ${text}`),
      onRows: (rows) => {
        if (rows - told < 500_000) return
        told = rows
        note(`${rows} rows looked at`)
      },
    })
    for (const line of dryRunLines(result, work.format)) console.log(line)
    if (result.asEvents + result.asDeadLetters + result.setAside !== result.rows) process.exitCode = 1
  } finally {
    await spool.close()
    await engine.close()
  }
}

async function run(work: FileImport, chosen: ChosenMapping, env: Env, signal: AbortSignal): Promise<void> {
  const startedMs = Date.now()
  const config = loadWarehouseConfig({ ...env })
  const warehouse = await openWarehouse(config)
  const engine = await openFileEngine(config.mode === 'embedded' ? config.path : null)
  const spool = await openSpool(spoolFolder(config, env))
  try {
    const mappings = chosen.own === null ? [] : [chosen.own.mapping]
    const checkRows = checkMapping(work.format, { engine, spool, mappings })
    // A mapping that runs is kept before the first row that needs it lands.
    const check = async (prepared: Prepared): Promise<void> => {
      await checkRows(prepared)
      await registerMapping(warehouse, chosen, Date.now())
    }
    const landing = await createLanding(warehouse, {
      mappings,
      room: await roomOf(warehouse, env),
      onRetry: (attempt) => note(`the warehouse does not take the batch, attempt ${attempt}`),
    })
    try {
      const project = readProject()
      await buildModels(warehouse, project)
      let shownMs = 0
      let unshown = ''
      const outcome = await importFiles(work, {
        warehouse,
        landing,
        engine,
        spool,
        s3: loadS3Config(env),
        signal,
        check,
        onNote: (text) => note(`note: ${text}`),
        onProgress: (line) => {
          unshown = line
          if (Date.now() - shownMs < 1_000) return
          shownMs = Date.now()
          unshown = ''
          note(line)
        },
      })
      if (unshown !== '') note(unshown)
      note('working out the facts')
      const tick = await createTicker(warehouse, project).tick(Date.now())
      console.log(inWords(outcome))
      const sum = outcome.events + outcome.deadLetters + outcome.setAside
      const rows = outcome.landed + outcome.alreadyLanded
      console.log(
        `conserved   ${rows} rows = ${outcome.events} events + ${outcome.deadLetters} dead letters + ${outcome.setAside} set aside${sum === rows ? '' : ` (${rows - sum} not derived yet)`}`,
      )
      if (outcome.stopped > 0)
        console.log(
          'stopped     the derivation of these rows stopped, because too many were rejected. See the dead letters on the Data screen; npm run replay goes on.',
        )
      console.log(`orders      ${tick?.orders ?? 0} worked out`)
      console.log(`seconds     ${((Date.now() - startedMs) / 1000).toFixed(1)}`)
    } finally {
      await landing.close()
    }
  } finally {
    await spool.close()
    await engine.close()
    await warehouse.close()
  }
}

/** Beside the warehouse: what is unpacked may be as large as what it keeps. */
function spoolFolder(config: ReturnType<typeof loadWarehouseConfig>, env: Env): string {
  return config.mode === 'embedded'
    ? join(dirname(config.path), 'spool')
    : join(env['ORDERLENS_DATA'] ?? '.data', 'spool')
}

function formatOption(text: string | undefined): FileFormat | undefined {
  const format = fileFormats.find((name) => name === text)
  if (text !== undefined && format === undefined)
    throw new FileError('FORMAT_UNKNOWN', `--format ${text}: expected one of ${fileFormats.join(', ')}`)
  return format
}

function limitOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new FileError('CONFIG', `--limit ${text}: expected a number of rows, 1 or more`)
  return Number(text)
}

function delimiterOption(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text
  if (delimiter.length !== 1 || delimiter.charCodeAt(0) > 127 || /["\r\n]/.test(delimiter))
    throw new FileError('CONFIG', `--delimiter ${text}: expected one character, or tab`)
  return delimiter
}
