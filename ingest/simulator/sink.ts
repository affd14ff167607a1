/** Where generated messages go: a file, the standard output, the HTTP door. Kafka has its own, of the same shape. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Writable } from 'node:stream'
import { SimulatorError } from './errors.ts'

export type SinkMessage = { readonly key: string | null; readonly value: string }

export type EventSink = {
  /** Resolves when the other side has the messages. */
  send(messages: readonly SinkMessage[]): Promise<void>
  close(): Promise<void>
}

export async function createFileSink(path: string): Promise<EventSink> {
  const stream = createWriteStream(path)
  try {
    await once(stream, 'open')
  } catch (cause) {
    throw new SimulatorError('OUTPUT_FAILED', `cannot write to ${path}: ${(cause as Error).message}`, { cause })
  }
  return createStreamSink(stream, `the file ${path}`)
}

/** Lines into a stream, never faster than its reader. */
export function createStreamSink(stream: Writable, name: string): EventSink {
  let failure: Error | undefined
  stream.on('error', (error: Error) => (failure = error))
  const check = (): void => {
    if (failure !== undefined)
      throw new SimulatorError('OUTPUT_FAILED', `${name} did not take the messages: ${failure.message}`, {
        cause: failure,
      })
  }
  return {
    async send(messages) {
      check()
      const lines = messages.map((message) => `${message.value}\n`).join('')
      // A stream that fails never drains: the write's own callback ends the wait either way.
      await new Promise<void>((resolve) => stream.write(lines, () => resolve()))
      check()
    },
    async close() {
      if (stream !== process.stdout) await new Promise<void>((resolve) => stream.end(() => resolve()))
      check()
    },
  }
}

const LINES_PER_REQUEST = 2_000
const ATTEMPTS = 5

/** Posts NDJSON to the ingestion door; waits and tries again while it is busy. */
export function createHttpSink(options: { url: string; apiKey: string }): EventSink {
  const endpoint = new URL('/ingest/events', options.url)
  const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${options.apiKey}` }
  const post = async (body: string): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const failure = await fetch(endpoint, { method: 'POST', headers, body }).then(refusalOf, (cause: Error) => ({
        message: `it did not answer (${cause.message})`,
        retryable: true,
      }))
      if (failure === undefined) return
      if (!failure.retryable || attempt === ATTEMPTS) {
        throw new SimulatorError('OUTPUT_FAILED', `${endpoint.href} did not take the messages: ${failure.message}`, {
          retryable: failure.retryable,
        })
      }
      await sleep(250 * 2 ** attempt)
    }
  }
  return {
    async send(messages) {
      for (let at = 0; at < messages.length; at += LINES_PER_REQUEST) {
        await post(
          messages
            .slice(at, at + LINES_PER_REQUEST)
            .map((message) => message.value)
            .join('\n'),
        )
      }
    },
    close: () => Promise.resolve(),
  }
}

async function refusalOf(response: Response): Promise<{ message: string; retryable: boolean } | undefined> {
  const answer = await response.text()
  if (response.ok) return undefined
  return {
    message: `status ${response.status} ${answer.slice(0, 300)}`,
    retryable: response.status === 429 || response.status >= 500,
  }
}
