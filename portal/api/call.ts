/** Calls of the API by its own description: method, address, what is asked and what is answered are those of a route. */
import { type Call, json, send } from './http.ts'
import type { paths } from './routes.ts'

type Verb = 'get' | 'post' | 'patch' | 'delete'
/** The addresses that have a verb; those of others say `never`. */
export type PathOf<V extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<V, object> ? P : never
}[keyof paths]
type OperationOf<V extends Verb, P extends keyof paths> =
  paths[P] extends Record<V, infer Operation> ? Operation : never

/** What may be left out may be there without a value, too, as the schemas' own types have it: neither is sent. */
type Loose<T> = T extends readonly (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? { [K in keyof T]: object extends Pick<T, K> ? Loose<T[K]> | undefined : Loose<T[K]> }
    : T

type Parameters<O> = O extends { parameters: infer All } ? All : never
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : never
/** One part of what is asked: absent where the route has none, optional where all of it may be left out. */
type Part<Name extends string, T> = [NonNullable<T>] extends [never]
  ? unknown
  : object extends T
    ? { readonly [K in Name]?: Loose<NonNullable<T>> | undefined }
    : { readonly [K in Name]: Loose<NonNullable<T>> }
type InParameters<O, Place extends string> = Parameters<O> extends { [K in Place]?: infer T } ? T : never

export type Asked<V extends Verb, P extends keyof paths> = Part<'path', InParameters<OperationOf<V, P>, 'path'>> &
  Part<'query', InParameters<OperationOf<V, P>, 'query'>> &
  Part<'headers', InParameters<OperationOf<V, P>, 'header'>> &
  Part<'body', Body<OperationOf<V, P>>> & { readonly signal?: AbortSignal | undefined }

type Success = 200 | 201 | 202 | 204
/** What a route answers when it does not refuse. */
export type Answer<V extends Verb, P extends keyof paths> =
  OperationOf<V, P> extends { responses: infer R }
    ? {
        [S in keyof R & Success]: R[S] extends { content: { 'application/json': infer T } } ? Loose<T> : void
      }[keyof R & Success]
    : never

type Rest<A> = object extends A ? [asked?: A] : [asked: A]

/** Resolves with the answer's JSON and rejects with an ApiError. */
export function call<V extends Verb, P extends PathOf<V>>(
  verb: V,
  path: P,
  ...[asked]: Rest<Asked<V, P>>
): Promise<Answer<V, P>> {
  return json<Answer<V, P>>(...request(verb, path, asked))
}

/** As `call`, for answers that are files: `accept` says which. */
export function fetchFile<V extends Verb, P extends PathOf<V>>(
  verb: V,
  path: P,
  accept: string,
  ...[asked]: Rest<Asked<V, P>>
): Promise<Response> {
  const [address, made] = request(verb, path, asked)
  return send(address, { ...made, headers: { ...made.headers, accept } })
}

/** Where a browser finds by itself what a route answers. */
export function addressOf<P extends PathOf<'get'>>(path: P, ...[asked]: Rest<Asked<'get', P>>): string {
  return request('get', path, asked)[0]
}

type Values = Readonly<Record<string, string | number | undefined>>
type Plain = {
  readonly path?: Values
  readonly query?: Values
  readonly headers?: Values
  readonly body?: unknown
  readonly signal?: AbortSignal
}

function request(verb: Verb, path: string, asked: object | undefined): [string, Call] {
  // Safe because every `Asked` has these members or leaves them out.
  const { path: places = {}, query = {}, headers, body, signal } = (asked ?? {}) as Plain
  const filled = path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(String(places[name] ?? '')))
  const search = new URLSearchParams(given(query)).toString()
  const made: Call = {
    method: verb.toUpperCase() as Uppercase<Verb>,
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers: Object.fromEntries(given(headers)) }),
    ...(signal !== undefined && { signal }),
  }
  return [search === '' ? filled : `${filled}?${search}`, made]
}

/** What has a value; an empty text is none. */
const given = (values: Values): [string, string][] =>
  Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
