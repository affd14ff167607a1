/** Derives landed messages: events, dead letters, and what does not concern orders. Repeating it changes nothing. */
import { z } from 'zod'
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { ordersByReference } from './references.ts'
import { type Derivation, RAW_COLUMNS } from './relations.ts'
import { parseSelect } from './statements.ts'

/** Landed rows of one stream. */
export type Range = {
  readonly topic: string
  readonly partition: number
  readonly epoch: string
  readonly first: bigint
  readonly last: bigint
}

export type Selection = { readonly where: string; readonly params: QueryParams }

/**
 * The rows of these ranges, by the sort key of the tables that have one. Neighbouring ranges are read as one, and a stream is
 * named once: parameters travel in the address of a request, which servers limit.
 */
export function rangesSelection(ranges: readonly Range[]): Selection {
  const params: Record<string, unknown> = {}
  const streams: Range[][] = []
  for (const range of joined(ranges)) {
    const last = streams.at(-1)
    if (last?.[0] !== undefined && isSameStream(last[0], range)) last.push(range)
    else streams.push([range])
  }
  const parts = streams.map((own, n) => {
    const [{ topic, partition, epoch }] = own as [Range]
    const single = own.filter(({ first, last }) => first === last)
    const wide = own.filter(({ first, last }) => first !== last)
    Object.assign(params, { [`t${n}`]: topic, [`p${n}`]: partition, [`e${n}`]: epoch })
    const offsets = wide.map(({ first, last }, m) => {
      Object.assign(params, { [`f${n}_${m}`]: String(first), [`l${n}_${m}`]: String(last) })
      return `offset between {f${n}_${m}:UInt64} and {l${n}_${m}:UInt64}`
    })
    if (single.length > 0) {
      params[`o${n}`] = single.map(({ first }) => first)
      offsets.push(`offset in {o${n}:Array(UInt64)}`)
    }
    return `(topic = {t${n}:String} and partition = {p${n}:UInt16} and epoch = {e${n}:String} and (${offsets.join(' or ')}))`
  })
  return { where: parts.length === 0 ? '0' : parts.join(' or '), params }
}

const isSameStream = (a: Range, b: Range): boolean =>
  a.topic === b.topic && a.partition === b.partition && a.epoch === b.epoch

function joined(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort(
    (a, b) =>
      compare(a.topic, b.topic) || a.partition - b.partition || compare(a.epoch, b.epoch) || compare(a.first, b.first),
  )
  const result: Range[] = []
  for (const range of sorted) {
    const before = result.at(-1)
    const continues = before !== undefined && isSameStream(before, range) && range.first <= before.last + 1n
    if (!continues) result.push(range)
    else if (range.last > before.last) result[result.length - 1] = { ...before, last: range.last }
  }
  return result
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : Number(a > b))

/**
 * What is filled from the parsed rows is filled side by side: all of it is listed afterwards, or derived again. The chain of
 * steps is not merged into one: in a mapping each step would be worked out wherever the next one names it, and planning
 * takes longer than what it saves.
 */
const SETTINGS = 'parallel_view_processing = 1, query_plan_merge_expressions = 0'

/**
 * Derives the selected landed rows of one format. `batchId` replaces the batch's own in what is derived, so that a replay's
 * events are a batch of their own to the ticks.
 */
export async function derive(
  warehouse: Warehouse,
  derivation: Derivation,
  selection: Selection,
  batchId?: string,
): Promise<void> {
  const columns =
    batchId === undefined ? RAW_COLUMNS : RAW_COLUMNS.replace('batch_id', '{replayed_as:String} as batch_id')
  const raw = `select ${columns} from raw_events where format = {format:String} and (${selection.where})`
  const base = {
    ...selection.params,
    format: derivation.format,
    ...(batchId !== undefined && { replayed_as: batchId }),
  }
  const lookups = await lookUp(warehouse, derivation, raw, base)
  await warehouse.command(`insert into parsed settings ${SETTINGS} ${parseSelect(derivation.messages(raw))}`, {
    ...base,
    ...lookups,
  })
  if (derivation.setAside !== undefined)
    await warehouse.command(
      `insert into set_aside (topic, partition, epoch, offset, batch_id, format, kind, landed_at) ${derivation.setAside(raw)}`,
      base,
    )
}

/** The landed rows refer to more orders than one statement can name. Fewer rows at once will do; trying again will not. */
export class TooManyReferences extends Error {
  readonly code = 'TOO_MANY_REFERENCES'
  readonly retryable = false

  constructor(references: number) {
    super(`${references} orders are referred to, more than one statement can name; derive fewer messages at once`)
    this.name = 'TooManyReferences'
  }
}

/** They travel in the address of a request, which ends at a megabyte, and may take three times the room there. */
const MOST_REFERENCE_CHARACTERS = 150_000

/** Bound even when nothing is referred to: the statement names both. */
const NOTHING = { refs: [''], orders: [''] }

async function lookUp(
  warehouse: Warehouse,
  derivation: Derivation,
  raw: string,
  params: QueryParams,
): Promise<{ refs: string[]; orders: string[] } | undefined> {
  if (derivation.references === undefined) return undefined
  const wanted = await warehouse.query(
    { name: 'orders referred to', sql: derivation.references(raw), row: z.object({ ref: z.string() }) },
    params,
  )
  if (wanted.length === 0) return NOTHING
  const isTooMuch = wanted.reduce((sum, { ref }) => sum + ref.length, 0) > MOST_REFERENCE_CHARACTERS
  if (isTooMuch && wanted.length > 1) throw new TooManyReferences(wanted.length)
  const known = await warehouse.query(knownOrders, { refs: wanted.map(({ ref }) => ref) })
  return {
    refs: [...NOTHING.refs, ...known.map(({ ref }) => ref)],
    orders: [...NOTHING.orders, ...known.map(({ order_id }) => order_id)],
  }
}

const knownOrders = {
  name: 'orders by reference',
  sql: ordersByReference('select arrayJoin({refs:Array(String)}) as ref'),
  row: z.object({ ref: z.string(), order_id: z.string() }),
}

/** Writes one landed message off as unreadable: the engine itself failed at its bytes. */
export async function deriveUnreadable(warehouse: Warehouse, range: Range, detail: string): Promise<void> {
  const { where, params } = rangesSelection([range])
  await warehouse.command(
    `insert into dead_letters (topic, partition, epoch, offset, ordinal, batch_id, format, reason, detail, path, key, value, landed_at)
     select topic, partition, epoch, offset, 0, batch_id, format, 'unreadable', {detail:String}, '$', key, value, landed_at from raw_events where ${where}`,
    { ...params, detail },
  )
}
