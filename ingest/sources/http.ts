/** Lands what comes by HTTP. A request is answered only when its messages are durable; many small ones share a batch. */
import { randomUUID } from 'node:crypto'
import { SourceError } from './errors.ts'
import type { LandBatch } from './source.ts'

export type HttpReceipt = {
  readonly topic: string
  readonly first: bigint
  readonly last: bigint
  readonly messages: number
}

export type HttpSource = {
  /** Lands the messages under the name of the key they came with; resolves when they are durable. */
  accept(keyName: string, messages: readonly Buffer[]): Promise<HttpReceipt>
  /** Refuses new messages and waits for the batches in flight. */
  stop(): Promise<void>
}

export type HttpSourceOptions = {
  readonly land: LandBatch
  /** Identity of this process's streams: two processes that take messages of one key never share a position. */
  readonly epoch?: string
  readonly now?: () => number
}

type Waiting = {
  readonly messages: readonly Buffer[]
  readonly resolve: (receipt: HttpReceipt) => void
  readonly reject: (cause: unknown) => void
}
type Channel = {
  readonly topic: string
  next: bigint
  readonly waiting: Waiting[]
  running: Promise<void> | null
}

const BATCH = { messages: 50_000, bytes: 16 * 1024 * 1024 }
/** More than this waiting for the warehouse is refused, so that a slow warehouse does not fill the memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024
const KEY_NAME = /^[A-Za-z0-9._-]{1,100}$/

export function createHttpSource({ land, epoch = randomUUID(), now = Date.now }: HttpSourceOptions): HttpSource {
  const channels = new Map<string, Channel>()
  let waitingBytes = 0
  let stopped = false

  const channelOf = (keyName: string): Channel => {
    const topic = `http/${keyName}`
    const channel = channels.get(topic) ?? { topic, next: 0n, waiting: [], running: null }
    channels.set(topic, channel)
    return channel
  }

  const drain = async (channel: Channel): Promise<void> => {
    while (channel.waiting.length > 0) {
      const group = takeGroup(channel.waiting)
      try {
        const receipts = await landGroup(channel, group)
        for (const [index, one] of group.entries()) one.resolve(receipts[index] as HttpReceipt)
      } catch (cause) {
        const error = new SourceError('UNREACHABLE', 'the warehouse did not take the messages; send them again later', {
          retryable: true,
          cause,
        })
        for (const one of group) one.reject(error)
      } finally {
        waitingBytes -= group.reduce((bytes, one) => bytes + sizeOf(one.messages), 0)
      }
    }
    channel.running = null
  }

  const landGroup = async (channel: Channel, group: readonly Waiting[]): Promise<HttpReceipt[]> => {
    const start = channel.next
    const all = group.flatMap((one) => one.messages)
    // Offsets of a failed attempt are never used again: it may have landed after all, and positions decide what is new.
    channel.next = start + BigInt(all.length)
    const brokerAtMs = now()
    const messages = all.map((value, index) => ({ offset: start + BigInt(index), key: null, value, brokerAtMs }))
    await land({ topic: channel.topic, partition: 0, epoch, format: 'cloudevents', messages })
    let first = start
    return group.map((one) => {
      const receipt = {
        topic: channel.topic,
        first,
        last: first + BigInt(one.messages.length) - 1n,
        messages: one.messages.length,
      }
      first += BigInt(one.messages.length)
      return receipt
    })
  }

  return {
    accept(keyName, messages) {
      if (!KEY_NAME.test(keyName))
        return Promise.reject(
          new SourceError('CONFIG', 'a key name has letters, digits, dot, dash and underscore, at most 100'),
        )
      if (stopped)
        return Promise.reject(
          new SourceError('UNREACHABLE', 'ingestion is stopping; send again later', { retryable: true }),
        )
      const size = sizeOf(messages)
      if (waitingBytes > 0 && waitingBytes + size > MAX_WAITING_BYTES) {
        return Promise.reject(
          new SourceError('UNREACHABLE', 'too much is waiting for the warehouse; send again later', {
            retryable: true,
          }),
        )
      }
      waitingBytes += size
      const channel = channelOf(keyName)
      return new Promise((resolve, reject) => {
        channel.waiting.push({ messages, resolve, reject })
        channel.running ??= drain(channel)
      })
    },
    async stop() {
      stopped = true
      for (const channel of channels.values()) await channel.running
    },
  }
}

/** As many whole requests as fit one batch; at least one. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = []
  let count = 0
  let bytes = 0
  for (let one = waiting[0]; one !== undefined; one = waiting[0]) {
    count += one.messages.length
    bytes += sizeOf(one.messages)
    if (group.length > 0 && (count > BATCH.messages || bytes > BATCH.bytes)) break
    group.push(one)
    waiting.shift()
  }
  return group
}

function sizeOf(messages: readonly Buffer[]): number {
  return messages.reduce((bytes, message) => bytes + message.length, 0)
}
