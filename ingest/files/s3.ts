/**
 * Lists and fetches objects of S3-compatible storage. Our own few requests rather than the engine's `s3()`: they name the
 * region, tell a refused key from a wrong bucket, go on after a cut connection, and no secret becomes part of a statement.
 */
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Config } from './config.ts'
import { FileError, shown } from './errors.ts'
import { isPattern, matchesGlob } from './glob.ts'
import { encodeKey, signedHeaders } from './s3-sign.ts'

export type S3Place = { readonly endpoint: string; readonly bucket: string; readonly key: string }
export type S3Object = S3Place & { readonly bytes: number; readonly etag: string }

const ANSWER_MS = 30_000
const STALLED_MS = 60_000
const ATTEMPTS = 5

/** `s3://bucket/key`, `https://host/bucket/key` or Amazon's `https://bucket.s3.region.amazonaws.com/key`. */
export function parseS3(address: string, config: S3Config): S3Place {
  const [, scheme = '', rest = ''] = /^(s3|https?):\/\/(.+)$/s.exec(address) ?? []
  const slash = rest.indexOf('/')
  const first = slash === -1 ? rest : rest.slice(0, slash)
  const after = slash === -1 ? '' : rest.slice(slash + 1)
  const amazon = `https://s3.${config.region}.amazonaws.com`
  const hosted = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(first)
  let place: S3Place
  if (scheme === 's3') place = { endpoint: config.endpoint ?? amazon, bucket: first, key: after }
  else if (hosted?.[1] !== undefined)
    place = { endpoint: `${scheme}://${first.slice(hosted[1].length + 1)}`, bucket: hosted[1], key: decode(after) }
  else {
    const [bucket = '', ...key] = after.split('/')
    place = { endpoint: `${scheme}://${first}`, bucket, key: decode(key.join('/')) }
  }
  if (place.bucket === '' || place.key === '')
    throw new FileError('S3_NOT_FOUND', `${shown(address)}: expected s3://bucket/key, where the key may hold * and ?`)
  return place
}

/** An address that was typed with blanks or a lone percent sign is taken as it is. */
function decode(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** The objects a key or a pattern names, in the order of their keys. */
export async function listObjects(place: S3Place, config: S3Config): Promise<S3Object[]> {
  const prefix = place.key.split(/[*?[{]/, 1)[0] ?? ''
  const found: S3Object[] = []
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const query = new URLSearchParams({
      'list-type': '2',
      prefix,
      ...(token !== undefined && { 'continuation-token': token }),
    })
    const response = await request(urlOf(place, '', query), place, config)
    const page = await response.text()
    for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const key = textOf(entry, 'Key')
      if (key.endsWith('/') || !(isPattern(place.key) ? matchesGlob(key, place.key) : key === place.key)) continue
      found.push({ ...place, key, bytes: Number(textOf(entry, 'Size')), etag: textOf(entry, 'ETag').replace(/"/g, '') })
    }
    token = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined
  }
  return found
}

/** Fetches an object into a file. A connection that breaks is taken up where it broke; the object must stay the same. */
export async function fetchObject(
  object: S3Object,
  file: string,
  config: S3Config,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number) => void } = {},
): Promise<void> {
  for (let failed = 0; ; ) {
    options.signal?.throwIfAborted()
    const have = (await stat(file).catch(() => null))?.size ?? 0
    options.onBytes?.(have)
    if (have === object.bytes && (have > 0 || failed > 0)) return
    try {
      const response = await request(
        urlOf(object, object.key),
        object,
        config,
        {
          'if-match': `"${object.etag}"`,
          ...(have > 0 && { range: `bytes=${have}-` }),
        },
        options.signal,
      )
      if (response.body === null)
        throw new FileError('S3_UNREACHABLE', `${nameOf(object)} came without content`, { retryable: true })
      await save(response.body, file, response.status === 206, options.signal)
      if (object.bytes === 0) return
    } catch (cause) {
      options.signal?.throwIfAborted()
      failed += 1
      if ((cause instanceof FileError && !cause.retryable) || failed >= ATTEMPTS) throw translated(cause, object)
      await sleep(200 * 2 ** failed)
    }
  }
}

/** A connection over which nothing comes any more is given up, to be taken up anew. */
async function save(body: ReadableStream, file: string, append: boolean, signal?: AbortSignal): Promise<void> {
  const out = createWriteStream(file, { flags: append ? 'a' : 'w' })
  const stalled = new AbortController()
  let before = -1
  const watch = setInterval(() => {
    if (out.bytesWritten === before) stalled.abort()
    before = out.bytesWritten
  }, STALLED_MS)
  try {
    const signals = signal === undefined ? [stalled.signal] : [stalled.signal, signal]
    await pipeline(Readable.fromWeb(body as never), out, { signal: AbortSignal.any(signals) })
  } finally {
    clearInterval(watch)
  }
}

async function request(
  url: URL,
  place: S3Place,
  config: S3Config,
  extra: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const { login, region } = config
  const signed = login === null ? {} : signedHeaders('GET', url, { login, region, nowMs: Date.now() })
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), ANSWER_MS)
  const signals = signal === undefined ? [waiting.signal] : [waiting.signal, signal]
  let response: Response
  try {
    response = await fetch(url, {
      headers: { ...signed, ...extra },
      signal: AbortSignal.any(signals),
      redirect: 'manual',
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw translated(cause, place)
  } finally {
    clearTimeout(timer)
  }
  if (response.ok) return response
  throw refusal(response, await response.text().catch(() => ''), place, config)
}

function refusal(response: Response, body: string, place: S3Place, { region, login }: S3Config): FileError {
  const { status } = response
  const code = textOf(body, 'Code')
  const named = nameOf(place)
  const said = code === '' ? `HTTP ${status}` : `HTTP ${status}, ${shown(code, 60)}`
  const right = response.headers.get('x-amz-bucket-region') ?? textOf(body, 'Region')
  const isRegion = status === 301 || code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect'
  if (isRegion || (right !== '' && right !== region))
    return new FileError(
      'S3_REGION',
      `${named} is not in the region ${region} (${said}). Set S3_REGION${right === '' ? ' to the region of the bucket' : `=${shown(right, 40)}`}.`,
    )
  if (status === 403 || status === 401) {
    const who =
      login === null
        ? 'without a key; set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY'
        : 'with the key of S3_ACCESS_KEY_ID'
    return new FileError('S3_DENIED', `${named} may not be read ${who} (${said}).`)
  }
  if (status === 404)
    return new FileError(
      'S3_NOT_FOUND',
      `${named} is not there (${said}). Check bucket and key, and S3_ENDPOINT (${place.endpoint}).`,
    )
  if (status === 412)
    return new FileError('FILE_DAMAGED', `${named} was replaced while it was read. Run the import again.`, {
      retryable: false,
    })
  return new FileError('S3_UNREACHABLE', `${named}: the storage answered ${said}`, {
    retryable: status >= 500 || status === 429,
  })
}

function translated(cause: unknown, place: S3Place): FileError {
  if (cause instanceof FileError) return cause
  const code = (cause as { cause?: { code?: unknown } }).cause?.code ?? (cause as { code?: unknown }).code
  if (code === 'ENOSPC')
    return new FileError('DISK_FULL', `there is no room to fetch ${nameOf(place)}: the disk is full`, { cause })
  return new FileError(
    'S3_UNREACHABLE',
    `${place.endpoint} did not answer${typeof code === 'string' ? ` (${code})` : ''} while reading ${nameOf(place)}`,
    {
      retryable: true,
      cause,
    },
  )
}

function urlOf(place: S3Place, key: string, query = new URLSearchParams()): URL {
  const search = query.size === 0 ? '' : `?${query.toString().replace(/\+/g, '%20')}`
  return new URL(`${place.endpoint}/${encodeKey(place.bucket)}${key === '' ? '' : `/${encodeKey(key)}`}${search}`)
}

export const nameOf = ({ bucket, key }: S3Place): string => `s3://${bucket}/${key}`

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function textOf(xml: string, name: string): string {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? ''
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, named) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16))
    return ENTITIES[String(named)] ?? all
  })
}
