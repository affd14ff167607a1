/** Runs the mapping over what is landed, once per content and mapping. */
import { z } from 'zod'
import { parseHeader } from '#ingest/import/csv-records.ts'
import type { Landing } from '#ingest/landing.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { HEADER_TOPIC, OLIST_HEADER, olistFiles } from './files.ts'
import { type LandedFile, type MappingStep, mappingBatchId, mappingParams, mappingSteps } from './mapping.ts'

export type MapOptions = {
  readonly warehouse: Warehouse
  readonly landing: Landing
  /** The contents this run is about; a file that is not among them is taken as it was landed last. */
  readonly files: ReadonlyMap<string, LandedFile>
  readonly onStep?: (file: string, step: number, steps: number) => void
  /** Called between statements; throws to stop. */
  readonly checkpoint?: () => void
  readonly now?: () => number
}

/** Resolves to false when this content was mapped by this very SQL before. */
export async function mapOlist(options: MapOptions): Promise<boolean> {
  const { warehouse, landing } = options
  const files = new Map([...(await filesLandedBefore(warehouse)), ...options.files])
  const batchId = mappingBatchId(files)
  if (await isListed(warehouse, batchId)) return false
  const unlisted = await landing.unlisted('olist.')
  await forgetDeadLetters(warehouse, files)
  const steps = mappingSteps().filter((step) => files.has(step.file))
  const mapStep = async (step: MappingStep): Promise<void> => {
    options.checkpoint?.()
    options.onStep?.(step.file, steps.indexOf(step) + 1, steps.length)
    await mapFile(warehouse, step, files, batchId)
  }
  // The others look up the events of their orders, and not each other.
  for (const step of steps.filter(({ file }) => file === 'orders')) await mapStep(step)
  await Promise.all(steps.filter(({ file }) => file !== 'orders').map(mapStep))
  await landing.list(unlisted)
  await listMapping(warehouse, batchId, (options.now ?? Date.now)())
  return true
}

async function mapFile(
  warehouse: Warehouse,
  step: MappingStep,
  files: ReadonlyMap<string, LandedFile>,
  batchId: string,
): Promise<void> {
  await warehouse.command(step.events, mappingParams(step.events, files, batchId))
  const file = files.get(step.file)
  const [counts] = await warehouse.query(
    {
      name: 'records without an event',
      sql: `select (select count() from raw_events where topic = {topic:String} and partition = 0 and epoch = {epoch:String})
        - (select uniqExact(offset) from events where topic = {topic:String} and epoch = {epoch:String} and ordinal = 0) as n`,
      row: z.object({ n: z.string() }),
    },
    { topic: file?.topic, epoch: file?.epoch },
  )
  // Reading every record again to find those that did not become events is worth it only when there are any.
  if (counts?.n !== '0') await warehouse.command(step.deadLetters, mappingParams(step.deadLetters, files, batchId))
}

/** The latest content of each file, from the header records. */
async function filesLandedBefore(warehouse: Warehouse): Promise<Map<string, LandedFile>> {
  const rows = await warehouse.query(
    {
      name: 'landed headers',
      sql: 'select key, value from raw_events where topic = {topic:String} and partition = 0 and format = {format:String} order by landed_at, offset',
      row: z.object({ key: z.string(), value: z.string() }),
    },
    { topic: HEADER_TOPIC, format: OLIST_HEADER },
  )
  return new Map(
    rows.map(({ key, value }): [string, LandedFile] => {
      const { file, topic, epoch } = headerKey.parse(JSON.parse(key))
      return [file, { topic, epoch, header: parseHeader(Buffer.from(value)) }]
    }),
  )
}

const headerKey = z.object({ file: z.enum(olistFiles.map(({ name }) => name)), topic: z.string(), epoch: z.string() })

async function isListed(warehouse: Warehouse, batchId: string): Promise<boolean> {
  const rows = await warehouse.query(
    {
      name: 'a listed batch',
      sql: 'select batch_id from landed_batches where batch_id = {batch_id:String} limit 1',
      row: z.object({ batch_id: z.string() }),
    },
    { batch_id: batchId },
  )
  return rows.length > 0
}

/** A record that could not be mapped before may be mapped now: a file it refers to has come. */
async function forgetDeadLetters(warehouse: Warehouse, files: ReadonlyMap<string, LandedFile>): Promise<void> {
  const params = {
    topics: [...files.values()].map(({ topic }) => topic),
    epochs: [...files.values()].map(({ epoch }) => epoch),
  }
  const where = 'topic in {topics:Array(String)} and epoch in {epochs:Array(String)}'
  const [row] = await warehouse.query(
    {
      name: 'dead letters of files',
      sql: `select count() as n from dead_letters where ${where}`,
      row: z.object({ n: z.string() }),
    },
    params,
  )
  if (row?.n === '0') return
  await warehouse.command(`alter table dead_letters delete where ${where} settings mutations_sync = 1`, params)
}

/** The events of a mapping carry its own batch id, so that the next tick takes up the orders they touch. */
async function listMapping(warehouse: Warehouse, batchId: string, nowMs: number): Promise<void> {
  const landedAt = new Date(nowMs).toISOString().replace('T', ' ').replace('Z', '')
  await warehouse.insertRows('landed_batches', [
    {
      batch_id: batchId,
      topic: HEADER_TOPIC,
      partition: 0,
      epoch: '',
      format: 'olist.mapping',
      range_first: 0,
      range_last: 0,
      range_n: 0,
      landed_at: landedAt,
    },
  ])
}
