/** Constraints of the contract fields beyond their JSON type (pattern, choices, range, length), as SQL conditions. */
import { z } from 'zod'
import { type EventFieldName, eventFields, orderLineSchema } from './contracts/fields.ts'

type JsonSchema = { pattern?: string; enum?: unknown[]; minimum?: number; maximum?: number; minLength?: number; maxLength?: number; maxItems?: number }

/** A condition that means a fault, and the (reason, detail) it gives. */
export type Check = readonly [condition: string, verdict: string]

const UNBOUNDED = Number.MAX_SAFE_INTEGER

/** `data` is the tuple of extracted fields. */
export function constraintChecks(data: string): Check[] {
  const checks = (Object.keys(eventFields) as EventFieldName[]).flatMap((name) => {
    const field = eventFields[name]
    if (field.kind === 'instant') return []
    const schema = z.toJSONSchema(field.schema) as JsonSchema
    if (field.kind === 'lines') return lineChecks(`${data}.${name}`, schema)
    return valueChecks(`${data}.${name}`, `data.${name}`, schema)
  })
  return checks
}

function valueChecks(value: string, label: string, schema: JsonSchema): Check[] {
  const bad: Check[] = []
  if (schema.enum !== undefined) bad.push(pair(`${value} not in (${schema.enum.map((choice) => literal(String(choice))).join(', ')})`, 'wrong_type', `${label}: expected one of ${schema.enum.join(', ')}`))
  if (schema.pattern !== undefined) bad.push(pair(`not match(${value}, ${literal(schema.pattern)})`, 'wrong_type', `${label}: does not match ${schema.pattern}`))
  if (schema.minLength !== undefined) bad.push(pair(`${value} = ''`, 'out_of_range', `${label}: must not be empty`))
  if (schema.maxLength !== undefined) bad.push(pair(`lengthUTF8(${value}) > ${schema.maxLength}`, 'out_of_range', `${label}: longer than ${schema.maxLength} characters`))
  if (schema.minimum !== undefined && schema.minimum > -UNBOUNDED) bad.push(pair(`${value} < ${schema.minimum}`, 'out_of_range', `${label}: less than ${schema.minimum}`))
  if (schema.maximum !== undefined && schema.maximum < UNBOUNDED) bad.push(pair(`${value} > ${schema.maximum}`, 'out_of_range', `${label}: more than ${schema.maximum}`))
  return bad
}

/** Lines are checked from their raw members: a missing member would otherwise read as '' or 0. */
function lineChecks(lines: string, schema: JsonSchema): Check[] {
  const line = z.toJSONSchema(orderLineSchema) as { required?: string[]; properties: Record<string, { type?: string }> }
  const required = (line.required ?? []).map(literal).join(', ')
  const integers = Object.entries(line.properties).filter(([, property]) => property.type === 'integer').map(([name]) => literal(name)).join(', ')
  const texts = Object.entries(line.properties).filter(([, property]) => property.type === 'string').map(([name]) => literal(name)).join(', ')
  const raw = "arrayMap(l_ -> JSONExtractKeysAndValuesRaw(l_), JSONExtractArrayRaw(value, 'data', 'lines'))"
  const wrongMember = `(m_ -> (has([${integers}], m_.1) and not match(m_.2, '^-?[0-9]{1,15}$')) or (has([${texts}], m_.1) and not startsWith(m_.2, '"')))`
  // from the raw member: an element that is no line at all is skipped by the extraction
  const hasLines = "arrayExists(f_ -> f_.1 = 'lines' and f_.2 not in ('[]', 'null'), data_)"
  return [
    pair(`length(${lines}) > ${schema.maxItems ?? 500}`, 'out_of_range', `data.lines: more than ${schema.maxItems ?? 500} lines`),
    pair(`${hasLines} and arrayExists(l_ -> not hasAll(arrayMap(m_ -> m_.1, l_), [${required}]), ${raw})`, 'missing_attribute', `data.lines: every line needs ${(line.required ?? []).join(', ')}`),
    pair(`${hasLines} and arrayExists(l_ -> arrayExists(${wrongMember}, l_), ${raw})`, 'wrong_type', 'data.lines: a member of a line has the wrong type'),
    pair(`${hasLines} and arrayExists(l_ -> l_.line_id = '' or l_.quantity > 4294967294, ${lines})`, 'out_of_range', 'data.lines: line_id must not be empty and quantity not negative'),
  ]
}

const pair = (condition: string, reason: string, detail: string): Check => [`ifNull(${condition}, 0)`, `(${literal(reason)}, ${literal(detail)})`]

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
