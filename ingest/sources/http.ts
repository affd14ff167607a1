/** Lands what comes by HTTP. A request is answered only when its messages are durable; many small ones share a batch. */
import { randomUUID } from 'node:crypto'
import { SourceError } from './errors.ts'
import { type ByteBudget, createByteBudget } from './http-budget.ts'
import { type HttpDelivery, type HttpReceipt, type LandHttp, positioned, receiptOf } from './http-delivery.ts'
import { type FindLanded, type OnceOutcome, createOnce } from './http-once.ts'

export type HttpSource = {
  /** Lands the messages; resolves when they are durable. */
  accept(delivery: HttpDelivery): Promise<HttpReceipt>
  /** The same, once for each batch id of a topic, also across restarts. */
  acceptOnce(delivery: HttpDelivery, batchId: string): Promise<OnceOutcome>
  /** Refuses new messages and waits for the batches in flight. */
  stop(): Promise<void>
}

export type HttpSourceOptions = {
  readonly land: LandHttp
  /** Reads what of a stream is landed; without it batch ids are refused. */
  readonly findLanded?: FindLanded
  /** Identity of this process's streams: two processes that take messages of one key never share a position. */
  readonly epoch?: string
  readonly now?: () => number
  /** How long a sender waits for a warehouse that does not take its messages before it is told to come again. */
  readonly patienceMs?: number
  /** How long the end waits for a warehouse that is away; the senders were not answered and keep what they sent. */
  readonly stopMs?: number
}

type Waiting = {
  readonly delivery: HttpDelivery
  readonly bytes: number
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
const PATIENCE_MS = 25_000
const STOP_MS = 5_000
const TOPIC = /^(?:http|webhook)\/[A-Za-z0-9._-]{1,100}$/

export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const { land, epoch = randomUUID(), now = Date.now, patienceMs = PATIENCE_MS, stopMs = STOP_MS } = options
  const channels = new Map<string, Channel>()
  const budget = createByteBudget(MAX_WAITING_BYTES)
  const once = createOnce({
    land: (batch) => land(batch, stopping.signal),
    findLanded: options.findLanded ?? refuseBatchIds,
    now,
  })
  const stopping = new AbortController()
  let stopped = false

  const channelOf = (topic: string): Channel => {
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
        for (const one of group) one.reject(notTaken(cause))
      } finally {
        budget.give(group.reduce((bytes, one) => bytes + one.bytes, 0))
      }
    }
    channel.running = null
  }

  const landGroup = async (channel: Channel, group: readonly Waiting[]): Promise<HttpReceipt[]> => {
    const start = channel.next
    const all = group.flatMap((one) => one.delivery.messages)
    // Offsets of a failed attempt are never used again: it may have landed after all, and positions decide what is new.
    channel.next = start + BigInt(all.length)
    const format = group[0]?.delivery.format ?? ''
    const messages = positioned(all, start, now())
    await land({ topic: channel.topic, partition: 0, epoch, format, messages }, stopping.signal)
    let first = start
    return group.map(({ delivery }) => {
      const receipt = receiptOf(delivery, first)
      first = receipt.last + 1n
      return receipt
    })
  }

  /** Null when the delivery may come in; its bytes are taken from the budget then. */
  const refusal = ({ topic }: HttpDelivery, bytes: number): SourceError | null => {
    if (!TOPIC.test(topic))
      return new SourceError('CONFIG', 'a stream name has letters, digits, dot, dash and underscore, at most 100')
    if (stopped) return unreachable('ingestion is stopping; send again later')
    return budget.take(bytes) ? null : unreachable('too much is waiting for the warehouse; send again later')
  }

  return {
    async accept(delivery) {
      const bytes = sizeOf(delivery)
      const refused = refusal(delivery, bytes)
      if (refused !== null) throw refused
      const channel = channelOf(delivery.topic)
      let one: Waiting | null = null
      const landed = new Promise<HttpReceipt>((resolve, reject) => {
        one = { delivery, bytes, resolve, reject }
        channel.waiting.push(one)
        channel.running ??= drain(channel)
      })
      return withPatience(landed, patienceMs, () => forget(channel, one, budget))
    },
    async acceptOnce(delivery, batchId) {
      const bytes = sizeOf(delivery)
      const refused = refusal(delivery, bytes)
      if (refused !== null) throw refused
      const landed = once
        .accept(delivery, batchId)
        .catch((cause: unknown) => {
          throw notTaken(cause)
        })
        .finally(() => budget.give(bytes))
      return withPatience(landed, patienceMs, () => undefined)
    },
    async stop() {
      stopped = true
      const timer = setTimeout(() => stopping.abort(), stopMs)
      for (const channel of channels.values()) await channel.running
      await once.idle()
      clearTimeout(timer)
    },
  }
}

/** As many whole requests of one format as fit one batch; at least one. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = []
  let count = 0
  let bytes = 0
  for (let one = waiting[0]; one !== undefined; one = waiting[0]) {
    count += one.delivery.messages.length
    bytes += one.bytes
    const isOther = group[0] !== undefined && group[0].delivery.format !== one.delivery.format
    if (isOther || (group.length > 0 && (count > BATCH.messages || bytes > BATCH.bytes))) break
    group.push(one)
    waiting.shift()
  }
  return group
}

/** What was not begun yet is not landed any more once its sender has been told to come again. */
function forget(channel: Channel, one: Waiting | null, budget: ByteBudget): void {
  const index = one === null ? -1 : channel.waiting.indexOf(one)
  if (one === null || index === -1) return
  channel.waiting.splice(index, 1)
  budget.give(one.bytes)
}

async function withPatience<T>(work: Promise<T>, ms: number, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onTimeout()
      reject(unreachable('the warehouse has not confirmed the messages yet; send them again later'))
    }, ms)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}

const unreachable = (message: string, cause?: unknown): SourceError =>
  new SourceError('UNREACHABLE', message, { retryable: true, cause })

function notTaken(cause: unknown): SourceError {
  if ((cause as { code?: unknown } | null)?.code !== 'NO_ROOM')
    return unreachable('the warehouse did not take the messages; send them again later', cause)
  return new SourceError('NO_ROOM', `${(cause as Error).message}; send them again later`, { retryable: true, cause })
}

const refuseBatchIds: FindLanded = () => Promise.reject(new SourceError('CONFIG', 'this source keeps no batch ids'))

function sizeOf({ messages }: HttpDelivery): number {
  return messages.reduce((bytes, { value, headers = '' }) => bytes + value.length + headers.length, 0)
}
