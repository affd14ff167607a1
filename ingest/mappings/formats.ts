/** The foreign formats that may be landed. Only records of an event format become events or dead letters. */
import { OLIST_HEADER, olistFiles } from './olist/files.ts'

export type ForeignFormat = { readonly kind: 'event' | 'reference'; readonly columns: readonly string[] }

export const foreignFormats: ReadonlyMap<string, ForeignFormat> = new Map([
  [OLIST_HEADER, { kind: 'reference', columns: [] }],
  ...olistFiles.map(({ name, kind, columns }): [string, ForeignFormat] => [`olist.${name}`, { kind, columns }]),
])

/** Formats for which landed = events (ordinal 0) + dead letters must hold. */
export function eventFormats(): string[] {
  return ['cloudevents', ...[...foreignFormats].filter(([, format]) => format.kind === 'event').map(([name]) => name)]
}
