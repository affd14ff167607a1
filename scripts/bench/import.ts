/**
 * The Olist import: how many times as long it takes, to finished facts, as the engine alone needs to load the same CSV
 * files into plain tables. Both sides run in turn, each in a fresh process with a fresh data folder.
 *
 *   load    create table … as select * from file(…, 'CSVWithNames'), one statement per file
 *   import  read, land, map, work out the facts, as `npm run import` does
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { importOlist } from '#ingest/import/olist.ts'
import { createLanding } from '#ingest/landing.ts'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { createTicker } from '#transforms/tick.ts'
import { connect } from '#warehouse/connect.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { type Measurement, machine, measure, median, printAim, printTable } from './measure.ts'

const ROUNDS = 3
const AIM = 4

type Run = { readonly total: Measurement; readonly phases: Readonly<Record<string, Measurement>> }

const sides: Readonly<Record<string, (folder: string, data: string) => Promise<Run>>> = { load, import: importToFacts }

/** The engine by itself. Opening the empty warehouse is not part of either side. */
async function load(folder: string, data: string): Promise<Run> {
  const { writers, readers } = await connect({
    mode: 'embedded',
    path: join(data, 'warehouse'),
    database: 'plain',
    readers: 1,
  })
  const phases: Record<string, Measurement> = {}
  const total = await measure(async () => {
    for (const name of csvFiles(folder)) {
      const table = name.split('.')[0] ?? name
      const query = `create table ${table} engine = MergeTree order by tuple() as select * from file({file:String}, 'CSVWithNames')`
      phases[table] = await measure(
        async () => await writers[0]?.command({ query, query_params: { file: join(folder, name) } }),
      )
    }
  })
  for (const client of [...readers.map((reader) => reader.client), ...writers]) await client.close()
  return { total, phases }
}

async function importToFacts(folder: string, data: string): Promise<Run> {
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(data, 'warehouse'),
    database: 'orderlens',
    readers: 1,
  })
  const landing = await createLanding(warehouse)
  const project = readProject()
  await buildModels(warehouse, project)
  const clock = createPhaseClock()
  const total = await measure(async () => {
    clock.enter('read')
    await importOlist(folder, {
      warehouse,
      landing,
      onProgress: (progress) => {
        if (progress.phase === 'read') clock.enter('land')
        // The files after the orders are mapped side by side.
        if (progress.phase === 'map' && progress.step <= 2)
          clock.enter(progress.step === 1 ? 'map orders' : 'map the others')
      },
    })
    clock.enter('facts')
    await createTicker(warehouse, project).tick(Date.now())
    clock.enter('end')
  })
  await warehouse.close()
  return { total, phases: clock.phases }
}

function createPhaseClock(): { enter: (phase: string) => void; phases: Record<string, Measurement> } {
  const phases: Record<string, Measurement> = {}
  let current: string | null = null
  let since = performance.now()
  let cpu = process.cpuUsage()
  return {
    phases,
    enter(phase) {
      const { user, system } = process.cpuUsage(cpu)
      if (current !== null)
        phases[current] = { seconds: (performance.now() - since) / 1000, cpuSeconds: (user + system) / 1e6 }
      current = phase
      since = performance.now()
      cpu = process.cpuUsage()
    },
  }
}

function csvFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => /\.csv(\.gz)?$/.test(name) && !name.startsWith('olist_geolocation'))
}

function runSide(side: string, folder: string): Run {
  const data = mkdtempSync(join(tmpdir(), 'orderlens-bench-'))
  try {
    const child = spawnSync(process.execPath, ['--import', 'tsx', import.meta.filename, side, folder, data], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (child.status !== 0) throw new Error(`the side ${side} of the import benchmark failed`)
    return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Run
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

function compare(folder: string): void {
  console.log(`${machine()}; ${csvFiles(folder).length} files, ${ROUNDS} rounds`)
  const runs: Record<string, Run[]> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of Object.keys(sides)) (runs[side] ??= []).push(runSide(side, folder))
  }
  const phases = Object.keys(runs['import']?.[0]?.phases ?? {})
  const row = (name: string, found: readonly (Measurement | undefined)[]): string[] => [
    name,
    Math.round(1000 * median(found.map((one) => one?.seconds ?? Number.NaN))).toLocaleString('en'),
    Math.round(1000 * median(found.map((one) => one?.cpuSeconds ?? Number.NaN))).toLocaleString('en'),
  ]
  printTable(
    ['', 'ms', 'CPU ms'],
    [
      ...Object.entries(runs).map(([side, found]) =>
        row(
          side,
          found.map((run) => run.total),
        ),
      ),
      ...phases.map((phase) =>
        row(
          `  ${phase}`,
          (runs['import'] ?? []).map((run) => run.phases[phase]),
        ),
      ),
    ],
  )
  const ratio = (of: (run: Run) => number): number =>
    median((runs['import'] ?? []).map((run, round) => of(run) / of(runs['load']?.[round] ?? run)))
  console.log(`CPU ratio ${ratio((run) => run.total.cpuSeconds).toFixed(2)}`)
  printAim(
    'import to finished facts against a plain load',
    ratio((run) => run.total.seconds),
    AIM,
    false,
  )
}

const [side, sideFolder, sideData] = process.argv.slice(2)
const runOne = side === undefined ? undefined : sides[side]
if (runOne !== undefined && sideFolder !== undefined && sideData !== undefined) {
  console.log(JSON.stringify(await runOne(sideFolder, sideData)))
} else {
  const folder = resolve(process.env['ORDERLENS_OLIST'] ?? join(import.meta.dirname, '../../../shared/data/olist'))
  if (existsSync(folder)) compare(folder)
  else
    console.log(
      'skipped: no Olist files. Set ORDERLENS_OLIST to the folder of the CSV files (public data set "Brazilian E-Commerce").',
    )
}
