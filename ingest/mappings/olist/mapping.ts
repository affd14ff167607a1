/** The statements that turn landed Olist records into events and dead letters; the SQL files beside this one, rendered. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Template } from '@huggingface/jinja'
import type { QueryParams } from '#warehouse/warehouse.ts'
import { olistFiles } from './files.ts'

/** One landed content of one file, and where its columns are. */
export type LandedFile = { readonly topic: string; readonly epoch: string; readonly header: readonly string[] }

/** What turns the landed records of one file into events, and what says why a record did not become one. */
export type MappingStep = { readonly file: string; readonly events: string; readonly deadLetters: string }

const SEPARATOR = '-- next statement'

/** Orders first: the other files refer to the events of their orders. */
export function mappingSteps(): MappingStep[] {
  const macros = readSql('macros')
  return olistFiles
    .filter((file) => file.kind === 'event')
    .map(({ name }) => {
      const text = new Template(macros + readSql(name)).render({})
      const [events = '', deadLetters = ''] = text.split(SEPARATOR).map((statement) => statement.trim())
      return { file: name, events, deadLetters }
    })
}

/** Identity of a mapping run: the same contents under the same SQL need no second one. */
export function mappingBatchId(files: ReadonlyMap<string, LandedFile>): string {
  const hash = createHash('sha256')
  for (const [name, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\n${file.topic}\n${file.epoch}\n`)
  for (const step of mappingSteps()) hash.update(`${step.events}\n${step.deadLetters}`)
  return `import/olist:${hash.digest('hex').slice(0, 16)}`
}

/** Values for a statement: which content of each file to read and at which place each column is; absent files are empty. */
export function mappingParams(statement: string, files: ReadonlyMap<string, LandedFile>, batchId: string): QueryParams {
  const params: Record<string, unknown> = { batch_id: batchId }
  for (const { name, columns } of olistFiles) {
    const file = files.get(name)
    params[`${name}__topic`] = file?.topic ?? ''
    params[`${name}__epoch`] = file?.epoch ?? ''
    params[`${name}__columns`] = file?.header.length ?? 0
    for (const column of columns) params[`${name}__${column}`] = (file?.header.indexOf(column) ?? 0) + 1
  }
  // The engine refuses parameters a statement does not name.
  return Object.fromEntries(Object.entries(params).filter(([name]) => statement.includes(`{${name}:`)))
}

function readSql(name: string): string {
  return readFileSync(fileURLToPath(new URL(`./${name}.sql`, import.meta.url)), 'utf8')
}
