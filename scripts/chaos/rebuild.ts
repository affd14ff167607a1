/**
 * Derives the landed bytes once more, in a fresh database beside the first, and compares row by row: whatever happened on the
 * way, what is derived must be what the bytes say. Also asks the auditor.
 */
import { z } from 'zod'
import { createAuditor, isSound } from '#ingest/audit/auditor.ts'
import { createLanding } from '#ingest/landing.ts'
import type { Mapping } from '#ingest/mappings/mapping.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { LOGIN } from './warehouse-server.ts'

const FRESH = 'rebuilt'
/** Rows as text are many bytes; a long run's are more than one query may hold. */
const ROWS_AT_ONCE = 100_000

/** The landed rows, and the fresh database beside them. */
type Place = { query<T>(work: (warehouse: Warehouse) => Promise<T>, database?: string): Promise<T> }

/** Everything that follows from landed bytes, without the times at which it followed. */
const TABLES: readonly { readonly name: string; readonly isFinal: boolean; readonly without: readonly string[] }[] = [
  { name: 'events', isFinal: true, without: [] },
  { name: 'dead_letters', isFinal: true, without: ['derived_at'] },
  { name: 'set_aside', isFinal: true, without: [] },
  { name: 'touched', isFinal: true, without: [] },
  { name: 'order_lookup', isFinal: true, without: [] },
  { name: 'product_lookup', isFinal: true, without: [] },
  { name: 'landed_batches', isFinal: false, without: ['listed_at'] },
]

export type Rebuild = { readonly rows: number; readonly differences: readonly string[] }

/** `mappings` are those the ingesters had. What they landed must be derived and listed by now. */
export async function compareWithRebuild(stage: Place, mappings: readonly Mapping[]): Promise<Rebuild> {
  return stage.query(async (fresh) => {
    for (const { name } of [...TABLES, { name: 'raw_events' }]) await fresh.command(`truncate table ${name}`)
    await fresh.command(`insert into raw_events (${await columnsOf(fresh, 'raw_events')})
      select ${await columnsOf(fresh, 'raw_events')} from ${LOGIN.CLICKHOUSE_DATABASE}.raw_events`)
    await deriveAll(fresh, mappings)
    let rows = 0
    const differences: string[] = []
    for (const table of TABLES) {
      const columns = await columnsOf(fresh, table.name, table.without)
      const side = (database: string, sign: number): string =>
        `select distinct toString(tuple(${columns})) as r, ${sign} as side from ${database}.${table.name}${table.isFinal ? ' final' : ''}`
      const [counted] = await fresh.query({
        name: 'rows of a rebuilt table',
        sql: `select count() as n from (${side(FRESH, 1)})`,
        row: z.object({ n: z.coerce.number() }),
      })
      const n = counted?.n ?? 0
      rows += n
      const parts = Math.ceil((n + 1) / ROWS_AT_ONCE)
      for (let part = 0; part < parts; part += 1) {
        const found = await fresh.query(
          {
            name: 'differences of a rebuilt table',
            sql: `select any(r) as example, sum(side) as side, count() over () as n from
              (${side(LOGIN.CLICKHOUSE_DATABASE, 1)} union all ${side(FRESH, -1)}) where sipHash64(r) % {parts:UInt32} = {part:UInt32}
              group by sipHash128(r) having side != 0 limit 3`,
            row: z.object({ example: z.string(), side: z.coerce.number(), n: z.coerce.number() }),
          },
          { parts, part },
        )
        for (const { example, side: sum, n: differing } of found)
          differences.push(
            `${table.name}: ${differing} rows differ; only ${sum > 0 ? 'derived on the way' : 'in the rebuild'}: ${example.slice(0, 300)}`,
          )
      }
    }
    return { rows, differences }
  }, FRESH)
}

/** A start derives what it finds up to a limit, so several of them are needed for a long run. */
async function deriveAll(fresh: Warehouse, mappings: readonly Mapping[]): Promise<void> {
  for (let before = -1; ; ) {
    const landing = await createLanding(fresh, { mappings })
    await landing.settled()
    await landing.close()
    const left = (await landing.unlisted('')).length
    if (left === 0) return
    if (left === before) throw new Error(`${left} batches are not derived by a start of the landing`)
    before = left
  }
}

async function columnsOf(warehouse: Warehouse, table: string, without: readonly string[] = []): Promise<string> {
  const columns = await warehouse.query(
    {
      name: 'columns of a table',
      sql: `select name from system.columns where database = {database:String} and table = {table:String}
        and default_kind not in ('ALIAS', 'MATERIALIZED') order by position`,
      row: z.object({ name: z.string() }),
    },
    { database: warehouse.database, table },
  )
  return columns
    .filter(({ name }) => !without.includes(name))
    .map(({ name }) => `\`${name}\``)
    .join(', ')
}

/** What the product's own auditor says against the landed rows, in words; nothing when all is well. */
export async function askAuditor(stage: Place, mappings: readonly Mapping[]): Promise<string[]> {
  return stage.query(async (warehouse) => {
    const { streams } = await createAuditor(warehouse, { mappings }).audit()
    if (streams.length === 0) return ['the auditor found no stream at all']
    return streams
      .filter((stream) => !isSound(stream))
      .map(
        ({ topic, partition, gaps, missing, doubled, altered, unaccounted }) =>
          `the auditor says of ${topic}/${partition}: ${gaps} gaps, ${missing} missing, ${doubled} doubled, ${altered} altered, ${unaccounted} without an outcome`,
      )
  })
}

/** Both, as the check of a scenario. */
export async function checkDerived(
  {
    stage,
    say,
    fail,
    did,
  }: {
    stage: Place
    say: (text: string) => void
    fail: (what: string) => void
    did: (what: string, times: number) => void
  },
  mappings: readonly Mapping[],
): Promise<void> {
  for (const complaint of await askAuditor(stage, mappings)) fail(complaint)
  const { rows, differences } = await compareWithRebuild(stage, mappings)
  for (const difference of differences) fail(difference)
  if (rows === 0) fail('nothing was derived at all')
  did('derived row compared with a rebuild', rows)
  say(`${rows.toLocaleString('en')} derived rows compared with a rebuild from the landed bytes`)
}
