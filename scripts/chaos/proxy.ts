/** A TCP proxy that misbehaves on request: refuses, delays, stands still with open connections, cuts, loses an answer. */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** What happens to the bytes of all connections from now on. */
export type Weather =
  | { readonly kind: 'fair' }
  /** New connections are refused and those that are open are cut. */
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Connections stay open and nothing passes: neither bytes nor an end. */
  | { readonly kind: 'half-open' }

export type Proxy = {
  readonly port: number
  /** Where it leads to; may be changed when the other side comes back on another port. */
  target: number
  weather(next: Weather): void
  /** Cuts every open connection with a reset. */
  reset(): void
  /**
   * Cuts the connection that next receives this many bytes of an answer. With 0 the other side has executed the request
   * and nothing of its answer arrives.
   */
  cutAnswerAfter(bytes: number): void
  /** Connections cut by `reset`, `down` or `cutAnswerAfter` so far. */
  readonly cuts: () => number
  close(): Promise<void>
}

export async function startProxy(target: number, port = 0): Promise<Proxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let weather: Weather = { kind: 'fair' }
  let cutAfter: number | null = null
  let cuts = 0
  const cut = (pair: { client: Socket; server: Socket }): void => {
    if (!pairs.delete(pair)) return
    cuts += 1
    pair.client.resetAndDestroy()
    pair.server.destroy()
  }
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (bytes: Buffer) => {
      if (weather.kind === 'half-open') {
        from.pause()
        from.unshift(bytes)
        return
      }
      if (weather.kind === 'slow') {
        from.pause()
        setTimeout(() => {
          if (!to.destroyed) to.write(bytes)
          if (weather.kind !== 'half-open') from.resume()
        }, weather.delayMs)
        return
      }
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => {
          if (weather.kind !== 'half-open') from.resume()
        })
      }
    })
  }

  const server = createServer((client) => {
    if (weather.kind === 'down') return void client.resetAndDestroy()
    const upstream = connect({ host: '127.0.0.1', port: proxy.target })
    const pair = { client, server: upstream }
    pairs.add(pair)
    // Before the proxy's own listeners, so that a cut loses the answer.
    upstream.on('data', (bytes: Buffer) => {
      if (cutAfter === null) return
      cutAfter -= bytes.length
      if (cutAfter > 0) return
      cutAfter = null
      cut(pair)
    })
    pass(client, upstream)
    pass(upstream, client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    target,
    weather(next) {
      weather = next
      if (next.kind === 'down') for (const pair of pairs) cut(pair)
      if (next.kind === 'fair' || next.kind === 'slow')
        for (const { client, server: upstream } of pairs) {
          client.resume()
          upstream.resume()
        }
    },
    reset() {
      for (const pair of pairs) cut(pair)
    },
    cutAnswerAfter(bytes) {
      cutAfter = bytes
    },
    cuts: () => cuts,
    async close() {
      for (const { client, server: upstream } of pairs) {
        client.destroy()
        upstream.destroy()
      }
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
