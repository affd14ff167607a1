/** Constraints of the contract fields beyond their JSON type (pattern, choices, range, length), as SQL conditions. */
import { z } from 'zod'
import { type EventFieldName, eventFields, orderLineSchema } from '../contracts/fields.ts'

type JsonSchema = {
  pattern?: string
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

/** A condition that means a fault, and the (reason, detail) it gives. */
export type Check = readonly [condition: string, verdict: string]

/** What conditions and verdicts name more than once: written out once, because the engine plans it wherever it is written. */
export type Finding = readonly [name: string, sql: string]

export type Checks = { readonly findings: readonly Finding[]; readonly checks: readonly Check[] }

const UNBOUNDED = Number.MAX_SAFE_INTEGER

/** `data` is the tuple of extracted fields, `raw` the (name, raw JSON) pairs they were extracted from. */
export function constraintChecks(data: string, raw: string): Checks {
  const valued = (Object.keys(eventFields) as EventFieldName[])
    .filter((name) => eventFields[name].kind === 'text' || eventFields[name].kind === 'integer')
    .map((name) => ({ name, schema: z.toJSONSchema(eventFields[name].schema) as JsonSchema }))
  const ofLengths = lengthChecks(raw, valued)
  const ofLines = lineChecks(`${data}.lines`, raw, z.toJSONSchema(eventFields.lines.schema) as JsonSchema)
  return {
    findings: [...ofLengths.findings, ...ofLines.findings],
    checks: [
      ...ofLengths.checks,
      ...valued.flatMap(({ name, schema }) => valueChecks(`${data}.${name}`, `data.${name}`, schema)),
      ...ofLines.checks,
    ],
  }
}

/**
 * Two conditions for all texts together: the engine plans every condition on a member of the wide tuple for about 2 ms of
 * each insert.
 */
function lengthChecks(raw: string, fields: readonly { name: string; schema: JsonSchema }[]): Checks {
  const notEmpty = fields.filter(({ schema }) => schema.minLength !== undefined)
  const limited = fields.filter(({ schema }) => schema.maxLength !== undefined)
  const limitOf = `transform(f_.1, [${list(limited)}], [${limited.map(({ schema }) => schema.maxLength).join(', ')}], 4294967295)`
  // Raw JSON has two quotes and at least one byte per character, so that the text itself is rarely looked at.
  const empty = `arrayFirst(f_ -> f_.2 = '""' and f_.1 in (${list(notEmpty)}), ${raw}).1`
  const long = `arrayFirst(f_ -> length(f_.2) > ${limitOf} + 2 and lengthUTF8(JSONExtractString(f_.2)) > ${limitOf}, ${raw}).1`
  return {
    findings: [
      ['empty_', empty],
      ['long_', long],
    ],
    checks: [
      ["empty_ != ''", "('out_of_range', concat('data.', empty_, ': must not be empty'))"],
      ["long_ != ''", "('out_of_range', concat('data.', long_, ': too long'))"],
    ],
  }
}

function valueChecks(value: string, label: string, schema: JsonSchema): Check[] {
  const { pattern, minimum = -UNBOUNDED, maximum = UNBOUNDED } = schema
  const bad: Check[] = []
  const choices = schema.enum?.map(String)
  if (choices !== undefined) {
    bad.push(
      check(
        `${value} not in (${choices.map(literal).join(', ')})`,
        'wrong_type',
        `${label}: expected one of ${choices.join(', ')}`,
      ),
    )
  }
  if (pattern !== undefined)
    bad.push(check(`not match(${value}, ${literal(pattern)})`, 'wrong_type', `${label}: does not match ${pattern}`))
  if (minimum > -UNBOUNDED) bad.push(check(`${value} < ${minimum}`, 'out_of_range', `${label}: less than ${minimum}`))
  if (maximum < UNBOUNDED) bad.push(check(`${value} > ${maximum}`, 'out_of_range', `${label}: more than ${maximum}`))
  return bad
}

/** Lines are checked from their raw members: a missing member would otherwise read as '' or 0. */
function lineChecks(lines: string, raw: string, schema: JsonSchema): Checks {
  const line = z.toJSONSchema(orderLineSchema) as { required?: string[]; properties: Record<string, { type?: string }> }
  const required = line.required ?? []
  const ofType = (type: string) =>
    Object.entries(line.properties)
      .filter(([, property]) => property.type === type)
      .map(([name]) => literal(name))
      .join(', ')
  const members = "arrayMap(l_ -> JSONExtractKeysAndValuesRaw(l_), JSONExtractArrayRaw(message, 'data', 'lines'))"
  const wrongMember = `(m_ -> (has([${ofType('integer')}], m_.1) and not match(m_.2, '^-?[0-9]{1,15}$')) or (has([${ofType('string')}], m_.1) and not startsWith(m_.2, '"')))`
  // from the raw member: an element that is no line at all is skipped by the extraction
  const hasLines = `arrayExists(f_ -> f_.1 = 'lines' and f_.2 not in ('[]', 'null'), ${raw})`
  const most = schema.maxItems ?? UNBOUNDED
  const checks = [
    check(`length(${lines}) > ${most}`, 'out_of_range', `data.lines: more than ${most} lines`),
    check(
      `arrayExists(l_ -> not hasAll(arrayMap(m_ -> m_.1, l_), [${required.map(literal).join(', ')}]), members_)`,
      'missing_attribute',
      `data.lines: every line needs ${required.join(', ')}`,
    ),
    check(
      `arrayExists(l_ -> arrayExists(${wrongMember}, l_), members_)`,
      'wrong_type',
      'data.lines: a member of a line has the wrong type',
    ),
    check(
      `has_lines_ and arrayExists(l_ -> l_.line_id = '' or l_.quantity > 4294967294, ${lines})`,
      'out_of_range',
      'data.lines: line_id must not be empty and quantity not negative',
    ),
  ]
  return {
    findings: [
      ['has_lines_', hasLines],
      ['members_', `if(has_lines_, ${members}, [])`],
    ],
    checks,
  }
}

const check = (condition: string, reason: string, detail: string): Check => [
  condition,
  `(${literal(reason)}, ${literal(detail)})`,
]

const list = (fields: readonly { name: string }[]): string => fields.map(({ name }) => literal(name)).join(', ')

/** Names and texts from our own contracts; quoted all the same. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
