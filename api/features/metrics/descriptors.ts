/**
 * Descriptors: a number as text that anybody may pass on. It says which question lists exactly the rows the number was made
 * of, and by which version of its definition; it is signed, so that nobody else's question passes for the number. Whose rows
 * are listed is decided by who opens it, like everywhere.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { drillOfRow } from '#dashboards/charts/drill-of-row.ts'
import {
  type Catalogue,
  type DrillRequest,
  type DrillRequestInput,
  type DrillResult,
  type ExplainResult,
  type Explanation,
  type MetricAnswer,
  type MetricQueryInput,
  drillRequestSchema,
  metricQuerySchema,
} from '#transforms/query/request.ts'
import { ApiError } from '../../errors.ts'

const writtenSchema = z.strictObject({ version: z.string(), drill: drillRequestSchema })
export type Described = z.output<typeof writtenSchema>

export type Descriptors = {
  write(described: { version: string; drill: DrillRequestInput }): string
  /** Throws where it was not written here. */
  read(descriptor: string): Described
}

export function createDescriptors(key: Buffer): Descriptors {
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest().subarray(0, 16)
  return {
    write(described) {
      const text = Buffer.from(JSON.stringify(described)).toString('base64url')
      return `${text}.${sign(text).toString('base64url')}`
    },
    read(descriptor) {
      const [text = '', signature = ''] = descriptor.split('.')
      const given = Buffer.from(signature, 'base64url')
      const right = sign(text)
      if (given.length !== right.length || !timingSafeEqual(given, right))
        throw new ApiError('not_found', 'this descriptor was not written here, or not all of it has come', {
          reason: 'descriptor_refused',
        })
      return writtenSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    },
  }
}

/** What the rows of a drill are of, whichever of them are shown and in which order; a state is that of its instant. */
export function describeDrill(
  { metric, where, from, to, time, zone, as_of, known_at, time_basis, part }: DrillRequest,
  result: Pick<DrillResult, 'as_of'>,
  { catalogue, descriptors }: { catalogue: Catalogue; descriptors: Descriptors },
): string | undefined {
  const card = catalogue.metrics.find(({ name }) => name === metric)
  if (card === undefined) return undefined
  const instant = as_of ?? (card.snapshot ? result.as_of : undefined)
  const drill = { metric, where, from, to, time, zone, as_of: instant, known_at, time_basis, part }
  return descriptors.write({ version: card.version, drill })
}

/** Either side of every part of an explanation with its descriptor, of the rest and of the whole, too. */
export function describeExplanations(
  result: ExplainResult,
  { catalogue, descriptors }: { catalogue: Catalogue; descriptors: Descriptors },
): ExplainResult {
  const card = catalogue.metrics.find(({ name }) => name === result.metric)
  if (card === undefined) return result
  const write = (drill: DrillRequestInput): string => descriptors.write({ version: card.version, drill })
  const describe = <Sides extends Pick<Explanation, 'drill'>>(sides: Sides): Sides => ({
    ...sides,
    descriptors: { before: write(sides.drill.before), after: write(sides.drill.after) },
  })
  return {
    ...result,
    explanations: result.explanations.map(({ contributions, rest, ...whole }) => ({
      ...describe(whole),
      contributions: contributions.map(describe),
      rest: rest === null ? null : describe(rest),
    })),
  }
}

/** Every number of an answer with its descriptor. */
export function describeAnswer(
  answer: MetricAnswer,
  asked: MetricQueryInput,
  { catalogue, descriptors }: { catalogue: Catalogue; descriptors: Descriptors },
): MetricAnswer {
  const card = catalogue.metrics.find(({ name }) => name === answer.metric)
  if (card === undefined) return answer
  const { total: _, top, compare: __, ...request } = metricQuerySchema.parse(asked)
  const describe =
    (keys: readonly string[], others?: MetricAnswer['others'], time: Partial<typeof request> = {}) =>
    <Row extends { keys: readonly (string | null)[] }>(row: Row): Row & { descriptor: string } => {
      const place = { ...answer, keys: [...keys], ...(time.as_of !== undefined && { as_of: time.as_of }) }
      const drill = drillOfRow({
        card,
        request: { ...request, ...time },
        answer: place,
        keys: row.keys,
        ...(others && { others }),
      })
      return { ...row, descriptor: descriptors.write({ version: answer.version, drill }) }
    }
  // The whole window is one bucket, and everything in it one group: of those that `top` chose and of the others alike.
  const { grain, from, to, ...rest } = request
  const isCourse = card.snapshot && grain !== undefined
  const whole = isCourse ? rest : { ...rest, from, to }
  const sum = drillOfRow({ card, request: whole, answer: { ...answer, keys: [] }, keys: [] })
  const { compared, others, total } = answer
  return {
    ...answer,
    rows: answer.rows.map(describe(answer.keys)),
    ...(total && { total: { ...total, descriptor: descriptors.write({ version: answer.version, drill: sum }) } }),
    ...(others && top && { others: { ...others, rows: others.rows.map(describe(others.keys, others)) } }),
    ...(compared && {
      compared: {
        ...compared,
        rows: compared.rows.map(
          describe(answer.keys, undefined, {
            as_of: compared.as_of,
            ...(compared.from !== undefined && { from: compared.from, to: compared.to }),
          }),
        ),
      },
    }),
  }
}
