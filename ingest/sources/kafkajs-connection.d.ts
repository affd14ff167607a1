/** What we mend of the client's connection; internal to kafkajs 2.2.4, which is pinned. */
declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net'

  export default class Connection {
    constructor(options: Record<string, unknown>)
    socket: Socket | undefined
    chunks: Buffer[]
    bytesBuffered: number
    bytesNeeded: number
    isConnected(): boolean
    connect(): Promise<boolean>
    disconnect(): Promise<boolean>
    processData(data: Buffer): void
    send(call: Record<string, unknown>): Promise<unknown>
  }
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    readonly buffer: Buffer
  }
}
