/**
 * Foreign formats, each a folder here with one `map.sql`: a select over `{{ messages }}` (topic, partition, epoch, offset,
 * batch_id, format, landed_at, key, headers, value) that gives one row per message: these columns and
 *   outcomes    Array(String)  canonical events as CloudEvents JSON, in the order they happened; [] when there are none. A part
 *                              of the message that cannot be mapped is `reason: words` among them, and takes none with it
 *   concerns    String         what the message is about (`product.updated`), for one that does not concern orders
 *   problem     String         `reason: words` for one that cannot be mapped, '' otherwise; wins over the other two
 * An event may name its order by something else it is known by: subject `lookup/{order|payment|tracking|shipment|refund}/{value}`.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Template } from '@huggingface/jinja'

export type Mapping = {
  readonly format: string
  /** The select, over a relation given as SQL. */
  render(messages: string): string
}

/** What an outcome looks like that says why a part of its message is no event; for the engine and for JavaScript alike. */
export const PART_PROBLEM = '^[a-z_]+: .'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** Why a row of a file could not be read as one, '' for every other message; SQL over the columns of a message. */
export function unreadReason(): string {
  return new Template(`${readFileSync(join(FOLDER, 'macros.sql'), 'utf8')}{{ unread() }}`).render({}).trim()
}

/** A folder anywhere that holds a `map.sql`; macros of `macros.sql` beside the built-in formats are there for all. */
export function readMapping(folder: string, format: string): Mapping {
  const shared = readFileSync(join(FOLDER, 'macros.sql'), 'utf8')
  const template = new Template(`${shared}\n${readFileSync(join(folder, 'map.sql'), 'utf8')}`)
  return { format, render: (messages) => template.render({ messages: `(${messages})` }).trim() }
}

/** The formats that come with the product, by folder name. */
export function builtInMappings(): ReadonlyMap<string, Mapping> {
  const formats = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'map.sql')))
  return new Map(formats.map((format) => [format, readMapping(join(FOLDER, format), format)]))
}
