/**
 * The mapping an import names: canonical events as they are (`cloudevents`), a format that comes with the product, or a folder of
 * the user's own. The text of an own mapping is kept in the warehouse, so that its rows can be derived again at any time,
 * by any process.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Template } from '@huggingface/jinja'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Mapping, builtInMappings, unreadReason } from '../mappings/mapping.ts'
import { FileError, shown } from './errors.ts'

const CLOUDEVENTS = 'cloudevents'
const OWN = /^[a-z0-9][a-z0-9_-]{0,60}$/

export type ChosenMapping = {
  readonly format: string
  /** The text of a mapping of the user's own, to be kept; null for what comes with the product. */
  readonly own: { readonly mapping: Mapping; readonly text: string } | null
}

/** `name` is a format of the product, or a folder that holds a `map.sql`. */
export function chooseMapping(name: string): ChosenMapping {
  const builtIn = [CLOUDEVENTS, ...builtInMappings().keys()]
  if (builtIn.includes(name)) return { format: name, own: null }
  const file = name.endsWith('map.sql') ? name : join(name, 'map.sql')
  if (!existsSync(file))
    throw new FileError(
      'MAPPING',
      `--mapping ${shown(name)} is no format of the product (${builtIn.join(', ')}) and no folder with a map.sql.`,
    )
  const own = basename(dirname(resolve(file)))
  if (!OWN.test(own))
    throw new FileError(
      'MAPPING',
      `the folder ${shown(own)} gives the format its name: expected lower-case letters, digits, - and _`,
    )
  const text = readFileSync(file, 'utf8')
  const mapping = ownMapping(`file.${own}`, text)
  return { format: mapping.format, own: { mapping, text } }
}

const SHARED = fileURLToPath(new URL('../mappings/macros.sql', import.meta.url))

/** A row that could not be read as one (ragged, broken quotes) says so beside its bytes; no mapping has to know of that. */
function ownMapping(format: string, text: string): Mapping {
  const template = readTemplate(text, format)
  return {
    format,
    render: (messages) => `select * except (outcomes, problem, outcomes_, problem_, unread_),
      if(unread_ = '', outcomes_, emptyArrayString()) as outcomes, if(unread_ = '', problem_, unread_) as problem
    from (select *, outcomes as outcomes_, problem as problem_, ${unreadReason()} as unread_
      from (${template.render({ messages: `(${messages})` }).trim()}))`,
  }
}

function readTemplate(text: string, format: string): Template {
  try {
    return new Template(`${readFileSync(SHARED, 'utf8')}\n${text}`)
  } catch (cause) {
    throw new FileError(
      'MAPPING',
      `the map.sql of ${format} cannot be read as a template: ${shown((cause as Error).message, 200)}`,
      { cause },
    )
  }
}

const KIND = 'mapping'

/** Keeps the text of an own mapping. The latest text of a format is the one that counts, for all of its rows. */
export async function registerMapping(
  warehouse: Warehouse,
  { format, own }: ChosenMapping,
  nowMs: number,
): Promise<void> {
  if (own === null) return
  await warehouse.insertRows('ingest_jobs', [
    {
      job_id: `${KIND}/${format}`,
      kind: KIND,
      title: format,
      requested_by: '',
      state: 'registered',
      done: 0,
      total: 0,
      outcome: '',
      detail: own.text,
      started_at: new Date(nowMs).toISOString().replace('T', ' ').replace('Z', ''),
    },
  ])
}

/** The mappings that imports brought along. Whoever derives needs them beside those of the product. */
export async function registeredMappings(warehouse: Warehouse): Promise<Mapping[]> {
  const rows = await warehouse.query({
    name: 'mappings of imports',
    sql: `select title as format, detail as text from ingest_jobs final where kind = '${KIND}' order by format`,
    row: z.object({ format: z.string(), text: z.string() }),
  })
  return rows.flatMap(({ format, text }) => readable(format, text))
}

/** A macro may have gone since the text was kept. Its rows then wait, and no others with them. */
function readable(format: string, text: string): Mapping[] {
  try {
    const mapping = ownMapping(format, text)
    return mapping.render('select 1') === '' ? [] : [mapping]
  } catch {
    return []
  }
}
