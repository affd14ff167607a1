/** A kept file as an answer: the whole of it or one range, and a tag by which the rest can be asked for later. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentTypeOf } from '../metrics/table-reply.ts'
import type { ExportFiles } from './export-files.ts'
import { type ExportRow, fileNameOf } from './export-store.ts'

export function sendExport(
  request: FastifyRequest,
  reply: FastifyReply,
  { row, size, files }: { row: ExportRow; size: number; files: ExportFiles },
): FastifyReply {
  const name = fileNameOf(row)
  // A file never changes: its id is its content.
  const tag = `"${row.id}"`
  reply
    .type(contentTypeOf(row.format))
    .header('etag', tag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'no-store')
    .header('content-disposition', attachment(name))
  const range = rangeOf(request, tag, size)
  if (range === null)
    return reply.header('content-length', size).send(size === 0 ? '' : files.read(row.id, 0, size - 1))
  const [from, to] = range
  return reply
    .code(206)
    .header('content-range', `bytes ${from}-${to}/${size}`)
    .header('content-length', to - from + 1)
    .send(files.read(row.id, from, to))
}

/** RFC 6266. The name has letters, digits, `_`, `-` and one dot only, so that quoting is enough. */
export const attachment = (name: string): string => `attachment; filename="${name}"`

/** One range that there is; anything else is answered with the whole, as RFC 9110 allows. */
function rangeOf({ headers }: FastifyRequest, tag: string, size: number): [number, number] | null {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '')
  const condition = headers['if-range']
  if (asked === null || (condition !== undefined && condition !== tag)) return null
  const [, first = '', last = ''] = asked
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return from <= to && from < size ? [from, to] : null
}
