/** Answers as files: which one the caller asks for by its Accept header, and how it is sent. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeTable } from '#transforms/tables/formats.ts'
import type { Table } from '#transforms/tables/table.ts'
import { tableFormatSchema } from '#transforms/query/request.ts'
import { type TableFormat, mediaTypes } from '../../contract/media-types.ts'
import { ApiError } from '../../errors.ts'

/** The file that is asked for, or null for `json` where that may be had; whoever takes anything gets the first. */
export function formatAsked(request: FastifyRequest, withJson: boolean): TableFormat | null {
  const offered = [...(withJson ? ['application/json'] : []), ...Object.values(mediaTypes)]
  const found = request.accepts().type(offered)
  if (found === false)
    throw new ApiError('not_acceptable', `this can be had as ${offered.join(', ')}; ask for one in the Accept header`)
  return tableFormatSchema.options.find((format) => mediaTypes[format] === found) ?? null
}

/** What the file is called in the answer, and named when it is saved. */
export const contentTypeOf = (format: TableFormat): string =>
  format === 'csv' ? `${mediaTypes.csv}; charset=utf-8` : mediaTypes[format]

export function startFile(reply: FastifyReply, name: string, format: TableFormat): FastifyReply {
  // Safe in a header: metric names are letters, digits and underscores, checked by the schema.
  reply.header('content-disposition', `attachment; filename="${name}.${format}"`)
  return reply.header('vary', 'accept').type(contentTypeOf(format))
}

export const sendTable = (reply: FastifyReply, table: Table, format: TableFormat): FastifyReply =>
  startFile(reply, table.name, format).send(writeTable(table, format))
