/** Reads a request body, compressed or not, and stops at a limit while it is being unpacked, not after. */
import type { Readable, Transform } from 'node:stream'
import zlib from 'node:zlib'
import type { ByteBudget } from './http-budget.ts'

export type HttpBody =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'rejected'; readonly status: 400 | 413 | 415 | 429; readonly reason: string }

// Newer platforms have zstd, this one's types do not know of it.
const zstd = (zlib as unknown as { createZstdDecompress?: () => Transform }).createZstdDecompress

const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => zlib.createGunzip()],
  ['x-gzip', () => zlib.createGunzip()],
  ['deflate', () => zlib.createInflate()],
  ['br', () => zlib.createBrotliDecompress()],
  ...(zstd === undefined ? [] : ([['zstd', zstd]] as const)),
])

export type ReadHttpBodyOptions = {
  readonly encoding: string | undefined
  /** Most bytes of the body, both as it is sent and unpacked. */
  readonly limit: number
  /** How long the sender says it is, as it is sent. */
  readonly length?: number
  readonly budget?: ByteBudget
}

export async function readHttpBody(stream: Readable, options: ReadHttpBodyOptions): Promise<HttpBody> {
  const body = await readOrReject(stream, options)
  if (body.kind === 'rejected') await discard(stream, options.limit)
  return body
}

async function readOrReject(stream: Readable, options: ReadHttpBodyOptions): Promise<HttpBody> {
  if (options.length !== undefined && options.length > options.limit) return tooLarge(options.limit)
  const encoding = (options.encoding ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return collect(stream, options)
  const createDecoder = decoders.get(encoding)
  if (createDecoder === undefined) {
    return rejected(415, `expected one content-encoding of ${[...decoders.keys()].join(', ')} or none; another came`)
  }
  const decoder = createDecoder()
  // What is sent is limited as well: a stream can be long and unpack to nothing.
  let sent = 0
  let tooMuchSent = false
  stream.on('data', (chunk: Buffer) => {
    sent += chunk.length
    if (sent <= options.limit) return
    tooMuchSent = true
    decoder.destroy()
  })
  stream.once('error', (cause) => decoder.destroy(cause))
  stream.pipe(decoder)
  const body = await collect(decoder, options)
  stream.unpipe(decoder)
  decoder.destroy()
  return tooMuchSent ? tooLarge(options.limit) : body
}

async function collect(from: Readable, { limit, budget }: ReadHttpBodyOptions): Promise<HttpBody> {
  const chunks: Buffer[] = []
  let size = 0
  let held = 0
  try {
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limit) return tooLarge(limit)
      if (budget?.take(chunk.length) === false)
        return rejected(429, 'too many bodies are being read at once; send it again shortly')
      held += chunk.length
      chunks.push(chunk)
    }
  } catch {
    // The cause is the sender's: bytes that do not unpack, or a connection that ended early.
    return rejected(400, 'the body ended early or is not compressed as content-encoding says')
  } finally {
    budget?.give(held)
  }
  return { kind: 'read', bytes: Buffer.concat(chunks, size) }
}

const DISCARD_MS = 2_000

/**
 * Lets the rest of a refused body pass, within limits: the connection is closed after the answer, and closing it on bytes
 * that were not read would lose the answer on its way.
 */
async function discard(stream: Readable, most: number): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return
  await new Promise<void>((resolve) => {
    let passed = 0
    const done = (): void => {
      clearTimeout(timer)
      stream.off('data', count)
      resolve()
    }
    const count = (chunk: Buffer): void => {
      passed += chunk.length
      if (passed > most) done()
    }
    const timer = setTimeout(done, DISCARD_MS)
    stream.on('data', count).once('end', done).once('close', done).once('error', done)
    stream.resume()
  })
}

const tooLarge = (limit: number): HttpBody =>
  rejected(413, `the body has more than ${limit} bytes, unpacked; send less at once`)

function rejected(status: 400 | 413 | 415 | 429, reason: string): HttpBody {
  return { kind: 'rejected', status, reason }
}
