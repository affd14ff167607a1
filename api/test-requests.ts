/** For tests: requests made from the API's own description, exactly as it says, almost as it says, and hostile. */
import fc from 'fast-check'
import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>
export type Described = {
  readonly method: string
  readonly path: string
  readonly params: readonly { readonly in: string; readonly name: string; readonly schema: Json }[]
  /** Null where the route takes no body. */
  readonly body: Json | null
  /** What its JSON answers look like, by status; `4XX` and `default` as they stand in the description. */
  readonly answers: ReadonlyMap<string, z.ZodType>
}
/** Of a mangled request nothing is sure. */
export type MadeRequest = {
  readonly query?: Readonly<Record<string, unknown>> | null
  readonly params?: Readonly<Record<string, unknown>> | null
  readonly body?: unknown
}

/** Every operation of an OpenAPI document, with all its references followed. */
export function describedIn(document: object): Described[] {
  const plain = follow(document as Json, document as Json) as Json
  return Object.entries((plain['paths'] ?? {}) as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, operation]) => {
      const { parameters = [], requestBody, responses = {} } = operation as Json
      return {
        method: method.toUpperCase(),
        path,
        params: parameters as Described['params'],
        body: requestBody === undefined ? null : (Object.values(contentOf(requestBody))[0]?.schema ?? {}),
        answers: new Map(
          Object.entries(responses as Json).flatMap(([status, answer]) => {
            const schema = contentOf(answer)['application/json']?.schema
            return schema === undefined ? [] : [[status.toUpperCase(), z.fromJSONSchema(schema as never)]]
          }),
        ),
      }
    }),
  )
}

const contentOf = (part: unknown) =>
  ((part as Json)['content'] ?? {}) as Readonly<Record<string, { readonly schema?: Json }>>

/** A schema that holds itself is any value from its second turn on. */
function follow(node: unknown, document: Json, within: readonly string[] = []): unknown {
  if (Array.isArray(node)) return node.map((one) => follow(one, document, within))
  if (typeof node !== 'object' || node === null) return node
  const { $ref } = node as Json
  if (typeof $ref === 'string' && $ref.startsWith('#/')) {
    if (within.includes($ref)) return {}
    const meant = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => (at as Json)[name.replaceAll('~1', '/').replaceAll('~0', '~')], document)
    return follow(meant, document, [...within, $ref])
  }
  return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, follow(inner, document, within)]))
}

const hostile = fc.constantFrom<unknown>(
  "' or 1=1 --",
  "'); drop table people; --",
  '{x:String}',
  '$1',
  '%',
  '../../etc/passwd',
  '..%2f',
  '\u0000',
  '\u202e',
  '\ud800',
  '<script>alert(1)</script>',
  '=cmd()',
  '${7*7}',
  '浙江',
  '𝕏',
  '',
  ' ',
  '-1',
  '1e999',
  'x'.repeat(5_000),
  1e308,
  -0,
  2 ** 53,
  null,
  true,
  [],
  {},
  [[[[]]]],
  ['a', 'a'],
  { $gt: '' },
  JSON.parse('{"__proto__":{"role":"admin"}}'),
  { constructor: { prototype: { role: 'admin' } } },
  { toString: 'x', valueOf: 1 },
)
const anything = fc.oneof(
  { weight: 3, arbitrary: hostile },
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
)
/** What the doors of tests know, so that some requests get further than the first look. */
const known = ['o1', 'orders_placed', 'region', 'created_at', '浙江', 'UTC', 'Asia/Shanghai', 'anomaly']

/** Exactly as the schema says. */
export function valid(schema: Json): fc.Arbitrary<unknown> {
  const { type } = schema
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Json[] | undefined
  if (choices !== undefined) return fc.oneof(...choices.map(valid))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => valid({ ...schema, type: one as unknown })))
  if (type === 'string') return text(schema)
  if (type === 'integer' || type === 'number') return number(schema, type === 'integer')
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') {
    const minLength = Number(schema['minItems'] ?? 0)
    return fc.array(valid((schema['items'] ?? {}) as Json), {
      minLength,
      maxLength: Math.min(Number(schema['maxItems'] ?? 3), Math.max(minLength, 3)),
    })
  }
  if (type === 'object') return object(schema)
  return fc.jsonValue({ maxDepth: 2 })
}

function text(schema: Json): fc.Arbitrary<string> {
  const pattern = schema['pattern'] as string | undefined
  const minLength = Number(schema['minLength'] ?? 0)
  const maxLength = Number(schema['maxLength'] ?? 300)
  const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  if (schema['format'] === 'date-time') return day.map((at) => at.toISOString())
  if (schema['format'] === 'date') return day.map((at) => at.toISOString().slice(0, 10))
  if (schema['format'] === 'email') return fc.constantFrom('manager@demo.orderlens', 'nobody@example.com')
  if (schema['format'] === 'uuid') return fc.uuid()
  const fitting = known.filter(
    (one) =>
      one.length >= minLength && one.length <= maxLength && (pattern === undefined || new RegExp(pattern).test(one)),
  )
  const free =
    pattern === undefined
      ? fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) })
      : fc.stringMatching(new RegExp(pattern))
  return fitting.length === 0 ? free : fc.oneof(fc.constantFrom(...fitting), free)
}

function number(schema: Json, isWhole: boolean): fc.Arbitrary<number> {
  const least = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -1_000_000)
  const most = Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? Math.max(1_000_000, least))
  const above = schema['minimum'] === undefined && schema['exclusiveMinimum'] !== undefined ? 1 : 0
  return isWhole
    ? fc.integer({ min: Math.max(least + above, -2_147_483_648), max: Math.min(most, 2_147_483_647) })
    : fc.double({ min: least, max: most, noNaN: true, minExcluded: above === 1 })
}

function object(schema: Json): fc.Arbitrary<unknown> {
  const members = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>)
  const requiredKeys = ((schema['required'] ?? []) as readonly string[]).filter((name) =>
    members.some(([member]) => member === name),
  )
  const others = schema['additionalProperties']
  const own = fc.record(Object.fromEntries(members.map(([name, member]) => [name, valid(member)])), { requiredKeys })
  if (members.length > 0 || typeof others !== 'object' || others === null) return own
  return fc.dictionary(text((schema['propertyNames'] ?? {}) as Json), valid(others as Json), { maxKeys: 2 })
}

/** A value of which one part, at any depth, is left out, replaced, or joined by one that nobody asked for. */
function almost(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.nat(), fc.constantFrom('replace', 'drop', 'add'), anything, fc.string({ maxLength: 8 }))
    .map(([at, how, odd, name]) => {
      const copy: unknown = { whole: structuredClone(value) }
      const places = placesIn(copy)
      const place = places[at % places.length] ?? { holder: copy as Record<string, unknown>, name: 'whole' }
      if (how === 'drop' && place.holder !== copy) Reflect.deleteProperty(place.holder, place.name)
      else if (how === 'add') place.holder[name] = odd
      else place.holder[place.name] = odd
      return (copy as { whole: unknown }).whole
    })
}

type Place = { readonly holder: Record<string, unknown>; readonly name: string }

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])])
}

/** Requests to one operation, a third of each kind. */
export function requestsTo({ params, body }: Described): fc.Arbitrary<MadeRequest> {
  const partOf = (where: string) =>
    object({
      type: 'object',
      properties: Object.fromEntries(
        params.filter((one) => one.in === where).map(({ name, schema }) => [name, schema]),
      ),
      required: where === 'path' ? params.filter((one) => one.in === where).map(({ name }) => name) : [],
    })
  const asSaid = fc.record({
    query: partOf('query'),
    params: partOf('path'),
    body: body === null ? fc.constant(null) : valid(body),
  })
  const nearly = asSaid.chain((made) => almost(made))
  const wild = fc.record({
    query: fc.dictionary(fc.constantFrom('q', '__proto__', ...params.map(({ name }) => name)), anything, {
      maxKeys: 3,
    }),
    params: fc.record(
      Object.fromEntries(params.filter((one) => one.in === 'path').map(({ name }) => [name, anything])),
    ),
    body: anything,
  })
  return fc.oneof(asSaid, nearly, wild).map((made) => (typeof made === 'object' && made !== null ? made : {}))
}
