/** Makes the published description whole: what the schemas say, and what `operations` tells of each route. */
import type { Policy } from '../feature.ts'
import { operations } from './operations.ts'
import { type FileText, type HeaderText, type Operation, tags } from './operation.ts'
import { describeRefusals, refusalsOf } from './refusals.ts'

/** As much of OpenAPI as is touched here. */
type Media = { schema?: unknown; examples?: Record<string, { value: unknown }>; 'x-events'?: object }
type Header = { description: string; schema: object }
type Response = { description: string; headers?: Record<string, Header>; content?: Record<string, Media> }
type Parameter = {
  name: string
  in: string
  description?: string
  required?: boolean
  schema?: unknown
  example?: unknown
}
type Described = {
  operationId?: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response | { $ref: string }>
}
export type Document = {
  openapi: string
  info: object
  tags?: object[]
  components: { schemas: Record<string, unknown>; responses?: Record<string, unknown>; securitySchemes?: object }
  paths: Record<string, Record<string, Described>>
}
type Route = { readonly method: string; readonly url: string; readonly policy: Policy; readonly keys: boolean }

export const info = {
  title: 'Orderlens',
  version: '1',
  description: [
    'Everything the portal does, for whoever builds on it; docs/api.md is the guide.',
    'Times are RFC 3339 in UTC, money is whole minor units beside its currency, shares are from 0 to 1.',
    'Every refusal has one shape (`Error`) and a stable `code`; decide by it, never by the message.',
    'Answers may gain fields: ignore those you do not know. Bodies and queries are strict: a field that is not described is refused.',
  ].join('\n\n'),
}

export const securitySchemes = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'orderlens_session',
    description: 'Set by POST /api/session; over https it is called __Host-orderlens_session.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'x-csrf-token',
    description: '`csrf_token` of the session, with every change.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of POST /api/keys; without a cookie, and without a CSRF token.',
  },
  ingestKey: { type: 'http', scheme: 'bearer', description: 'A key of INGEST_API_KEYS.' },
  operationsToken: { type: 'http', scheme: 'bearer', description: 'The token of API_METRICS_TOKEN.' },
} as const

export const keyOf = ({ method, url }: Pick<Route, 'method' | 'url'>) => `${method} ${url}`

export const operationOf = (route: Pick<Route, 'method' | 'url'>): Operation | undefined =>
  (operations as Record<string, Operation>)[keyOf(route)]

function securityOf({ method, policy, keys }: Route): object[] {
  if (policy === 'public') return []
  if (policy === 'ingest') return [{ ingestKey: [] }]
  const session = method === 'GET' ? { session: [] } : { session: [], csrf: [] }
  return [...(policy === 'operations' ? [{ operationsToken: [] }] : []), session, ...(keys ? [{ apiKey: [] }] : [])]
}

/** What the description says of a route beside its schemas. */
export function wordsOf(route: Route): object {
  const operation = operationOf(route)
  if (operation === undefined) return {}
  const { id, tag, summary, description, security = securityOf(route) } = operation
  const text = [description, needOf(route.policy)].filter(Boolean).join('\n\n')
  return { operationId: id, tags: [tag], summary, security, ...(text && { description: text }) }
}

function needOf(policy: Policy): string {
  const isPermission = !['public', 'ingest', 'operations', 'signed_in'].includes(policy)
  return isPermission ? `Needs the permission \`${policy}\`.` : ''
}

/** Fills in what the library leaves open, from the routes it was told of. */
export function completeDocument(document: Document, routes: readonly Route[]): Document {
  const responses: Record<string, unknown> = {}
  for (const route of routes) {
    const operation = operationOf(route)
    const path = route.url.replaceAll(/:([a-z_]+)/g, '{$1}')
    const described = document.paths[path]?.[route.method.toLowerCase()]
    if (operation === undefined || described === undefined) continue
    addParameters(described, route, operation)
    addExamples(described, operation)
    addAnswers(described, route, operation)
    const refusals = describeRefusals(refusalsOf(route, operation))
    Object.assign(described.responses, refusals.responses)
    Object.assign(responses, refusals.components)
  }
  const components = { ...document.components, responses: sorted(responses) }
  return tidyComponents({
    ...document,
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    components,
  })
}

const header = (name: string, { description, example, required = false }: HeaderText): Parameter => ({
  name,
  in: 'header',
  description,
  required,
  schema: { type: 'string' },
  ...(example !== undefined && { example }),
})

const isTagged = ({ method, url }: Route, operation: Operation) =>
  method === 'GET' && url.startsWith('/api/') && operation.files?.['text/event-stream'] === undefined

function addParameters(described: Described, route: Route, operation: Operation): void {
  const parameters = described.parameters ?? []
  for (const parameter of parameters) {
    const { example, description } = operation.parameters?.[parameter.name] ?? {}
    if (example !== undefined) parameter.example = example
    if (description !== undefined) parameter.description = description
  }
  for (const [name, text] of Object.entries(operation.headers ?? {})) parameters.push(header(name, text))
  if (isTagged(route, operation))
    parameters.push(
      header('if-none-match', { description: 'The etag of an answer you have: 304 while it is still the same.' }),
    )
  if (parameters.length > 0) described.parameters = parameters
}

const succeeds = ([status]: [string, unknown]) => status.startsWith('2')

function addExamples({ requestBody, responses }: Described, operation: Operation): void {
  if (requestBody !== undefined) {
    requestBody.required = true
    for (const media of Object.values(requestBody.content))
      if (operation.body !== undefined) media.examples = { usual: { value: operation.body } }
  }
  for (const [, response] of Object.entries(responses).filter(succeeds)) {
    const media = 'content' in response ? response.content?.['application/json'] : undefined
    if (media !== undefined && operation.answer !== undefined) media.examples = { usual: { value: operation.answer } }
  }
}

function addAnswers({ responses }: Described, route: Route, operation: Operation): void {
  for (const [status, response] of Object.entries(responses).filter(succeeds)) {
    if (!('description' in response)) continue
    if (response.description === 'Default Response')
      response.description = status === '204' ? 'Done; nothing to tell.' : operation.summary
    const headers = isTagged(route, operation) ? { etag: { description: 'Names this content.' } } : {}
    const all = Object.entries({ ...headers, ...operation.answerHeaders })
    if (all.length > 0)
      response.headers = Object.fromEntries(
        all.map(([name, { description }]) => [name, { description, schema: { type: 'string' } }]),
      )
    const files = Object.entries(operation.files ?? {})
    if (files.length > 0) response.content = { ...response.content, ...Object.fromEntries(files.map(describeFile)) }
  }
  if (isTagged(route, operation)) responses['304'] = { description: 'The same as what you have; no content.' }
}

function describeFile([type, { description, example, events }]: [string, FileText]): [string, Media] {
  const isText = type.startsWith('text/') || type === 'message/rfc822'
  const schema = isText ? { type: 'string', description } : { description, contentMediaType: type }
  const shapes = Object.entries(events ?? {}).map(([name, shape]) => [name, { $ref: PREFIX + shape }])
  return [
    type,
    {
      schema,
      ...(shapes.length > 0 && { 'x-events': Object.fromEntries(shapes) as object }),
      ...(example !== undefined && { examples: { usual: { value: example } } }),
    },
  ]
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const PREFIX = '#/components/schemas/'

/**
 * The library tells every named shape twice, as it is sent and as it is answered. Kept is what is referred to, and the
 * second name only where both differ. Answers are left open for fields to come.
 */
function tidyComponents(document: Document): Document {
  const { schemas } = document.components
  const sent = reachable(schemas, bodiesOf(document))
  const used = reachable(schemas, document.paths)
  for (const name of reachable(schemas, document.components.responses)) used.add(name)
  for (const name of used) if (!sent.has(name)) open(schemas[name])
  for (const response of answersOf(document)) open(response)
  const renamed = (name: string): string => {
    const plain = name.replace(/Input$/, '')
    return name !== plain && plain in schemas && (!used.has(plain) || isSame(schemas, plain)) ? plain : name
  }
  const kept = Object.fromEntries([...used].map((name) => [renamed(name), schemas[name]]))
  const whole = { ...document, components: { ...document.components, schemas: sorted(kept) } }
  return JSON.parse(JSON.stringify(whole), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(PREFIX)
      ? PREFIX + renamed(value.slice(PREFIX.length))
      : value,
  ) as Document
}

function isSame(schemas: Record<string, unknown>, name: string): boolean {
  const text = (schema: unknown) => JSON.stringify(schema).replaceAll(/Input"/g, '"')
  return text(schemas[name]) === text(schemas[`${name}Input`])
}

const operationsIn = (document: Document) => Object.values(document.paths).flatMap((path) => Object.values(path))
const bodiesOf = (document: Document) =>
  operationsIn(document).map(({ parameters, requestBody }) => ({ parameters, requestBody }))
const answersOf = (document: Document) =>
  operationsIn(document)
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap((response) => ('content' in response ? Object.values(response.content ?? {}) : []))
    .map(({ schema }) => schema)

/** Names referred to from `start`, directly or by what is referred to. */
function reachable(schemas: Record<string, unknown>, start: unknown): Set<string> {
  const found = new Set<string>()
  const waiting = [start]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop())
    for (const [, name = ''] of JSON.stringify(one).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      if (!found.has(name)) {
        found.add(name)
        waiting.push(schemas[name])
      }
  return found
}

function open(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  const { additionalProperties } = schema as { additionalProperties?: unknown }
  if (additionalProperties === false) delete (schema as { additionalProperties?: unknown }).additionalProperties
  for (const inner of Object.values(schema)) open(inner)
}
