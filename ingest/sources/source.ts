/** What every source yields: messages of one topic partition, as bytes with their positions. */

export type SourceMessage = {
  /** Position inside the partition; strictly increasing, not necessarily dense. */
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** What came beside the bytes (Kafka or HTTP headers), as the text of a JSON object; absent when there was nothing. */
  readonly headers?: string
  /** When the transport took the message, in milliseconds since the epoch. */
  readonly brokerAtMs: number
}

export type SourceBatch = {
  readonly topic: string
  readonly partition: number
  /** Identity of the stream behind the topic name: changes when a topic is recreated or a file has other content. */
  readonly epoch: string
  /** How the bytes are to be read: `cloudevents` or a foreign format such as `olist.orders`. */
  readonly format: string
  readonly messages: readonly SourceMessage[]
  /**
   * The offsets this batch accounts for, where that is more than its messages: a broker's log has holes (control records,
   * compaction), and a hole that was seen to be empty is part of the range. Without it: from the first to the last message.
   */
  readonly first?: bigint
  readonly last?: bigint
  /** Where the stream begins, for a source that knows: the first batch of a stream must not begin behind it. */
  readonly start?: bigint
  /** The messages before `first` are known to be lost, and an operator said to go on behind them. */
  readonly gapAccepted?: boolean
}

/** Lands a batch; resolves when it is durable. Rejects only with a retryable failure, or `PositionGap`. */
export type LandBatch = (batch: SourceBatch, signal?: AbortSignal) => Promise<void>

export type Source = {
  readonly name: string
  /** Starts delivering batches to `land`; at most one batch of a partition is in flight. */
  start(land: LandBatch): Promise<void>
  /** Stops fetching, waits for the batch in flight, resolves when nothing more will be delivered. */
  stop(): Promise<void>
}
