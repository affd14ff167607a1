/**
 * A rebuild from landed bytes, beside the engine's own load of the same bytes: everything derived again from `raw_events`, and
 * every model built anew on it. The engine's way reads the bytes from a file into the same tables and builds no model.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { derive, rangesSelection } from '#ingest/derive/derive.ts'
import { derivations } from '#ingest/derive/relations.ts'
import { createLanding } from '#ingest/landing.ts'
import { createDataset } from '#ingest/simulator/dataset.ts'
import { buildModels, buildSelected } from '#transforms/engine/build.ts'
import type { Project } from '#transforms/engine/project.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { DERIVED, loadByEngine } from './engine-load.ts'
import { type Measurement, measure, median, printTable } from './measure.ts'

const ROUNDS = 2
const AT_ONCE = 100_000
const SLOWEST_TOLD = 6

/** In a database of its own beside the stored orders. */
export async function timeRebuild(
  folder: string,
  project: Project,
  { orders, nowMs }: { orders: number; nowMs: number },
): Promise<void> {
  const warehouse = await openWarehouse({
    mode: 'embedded',
    path: join(folder, 'warehouse'),
    database: 'bench_rebuild',
    readers: 1,
  })
  // For what it installs; nothing lands.
  const landing = await createLanding(warehouse)
  await buildModels(warehouse, project)
  const file = join(folder, 'landed.ndjson')
  const { messages } = createDataset({ seed: 7, orders, asOfMs: nowMs, days: 30 })
  writeFileSync(file, messages.map(({ value }) => `${value.toString()}\n`).join(''))
  const count = messages.length
  console.log(`${count.toLocaleString('en')} messages of ${orders.toLocaleString('en')} orders`)

  const spent: Record<'engine' | 'derive' | 'models', Measurement[]> = { engine: [], derive: [], models: [] }
  let slowest: string[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    await empty(warehouse, ['raw_events', ...DERIVED])
    const engine = await measure(() => loadByEngine(warehouse, file, count))
    const loaded = await eventsOf(warehouse)
    await empty(warehouse, DERIVED)
    const derived = await measure(() => deriveAll(warehouse, count))
    const again = await eventsOf(warehouse)
    if (loaded !== again) throw new Error(`the engine's load has ${loaded} events, deriving again gave ${again}`)
    const models = await measure(async () => {
      const steps = await buildSelected(warehouse, project, { isFullRefresh: true, nowMs })
      const failed = steps.find(({ outcome }) => outcome !== 'built')
      if (failed !== undefined) throw new Error(`${failed.name} ${failed.outcome}: ${failed.detail}`)
      slowest = [...steps]
        .sort((a, b) => b.ms - a.ms)
        .slice(0, SLOWEST_TOLD)
        .map(({ name, ms }) => `${name} ${ms.toFixed(0)}`)
    })
    console.log(
      `  round ${round} of ${ROUNDS}: ${[engine, derived, models].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', ')}`,
    )
    // Round 0 warms caches.
    if (round === 0) continue
    spent.engine.push(engine)
    spent.derive.push(derived)
    spent.models.push(models)
  }
  tell(spent, count)
  console.log(`the slowest models, ms: ${slowest.join(', ')}`)
  await landing.close()
  await warehouse.close()
}

async function deriveAll(warehouse: Warehouse, count: number): Promise<void> {
  const derivation = derivations().get('cloudevents')
  if (derivation === undefined) throw new Error('there is no derivation of cloudevents')
  for (let first = 0; first < count; first += AT_ONCE) {
    const last = Math.min(count, first + AT_ONCE) - 1
    const range = { topic: 'bench', partition: 0, epoch: '1', first: BigInt(first), last: BigInt(last) }
    await derive(warehouse, derivation, rangesSelection([range]))
  }
}

async function empty(warehouse: Warehouse, tables: readonly string[]): Promise<void> {
  for (const table of tables) await warehouse.command(`truncate table ${table}`)
}

async function eventsOf(warehouse: Warehouse): Promise<string> {
  const [row] = await warehouse.queryRows(
    'select (select count() from events) as events, (select count() from dead_letters) as dead',
  )
  return `${String(row?.['events'])} and ${String(row?.['dead'])} dead letters`
}

function tell(spent: Readonly<Record<'engine' | 'derive' | 'models', Measurement[]>>, count: number): void {
  const of = (name: keyof typeof spent, by: keyof Measurement): number => median(spent[name].map((one) => one[by]))
  const line = (what: string, names: readonly (keyof typeof spent)[]): string[] => {
    const [seconds, cpu] = [
      names.reduce((sum, name) => sum + of(name, 'seconds'), 0),
      names.reduce((sum, name) => sum + of(name, 'cpuSeconds'), 0),
    ]
    return [
      what,
      Math.round(count / seconds).toLocaleString('en'),
      ((cpu / count) * 1e6).toFixed(1),
      (seconds / of('engine', 'seconds')).toFixed(2),
      (cpu / of('engine', 'cpuSeconds')).toFixed(2),
    ]
  }
  printTable(
    ['', 'messages/s', 'CPU s per million', 'times the engine', 'CPU times the engine'],
    [
      line("the engine's own load", ['engine']),
      line('deriving from landed bytes', ['derive']),
      line('building every model', ['models']),
      line('rebuild, both', ['derive', 'models']),
    ],
  )
}
