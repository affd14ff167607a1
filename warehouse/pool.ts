/** A fixed set of connections used one call at a time: an embedded connection runs one statement at once. */

export type Pool<C> = {
  run<T>(work: (connection: C) => Promise<T>): Promise<T>
  /** Waits for running work, then closes every connection. */
  close(closeOne: (connection: C) => Promise<void>): Promise<void>
}

export function createPool<C>(connections: readonly C[]): Pool<C> {
  const idle = [...connections]
  const waiting: ((connection: C) => void)[] = []

  const acquire = (): Promise<C> => {
    const connection = idle.pop()
    return connection === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(connection)
  }
  const release = (connection: C): void => {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }

  return {
    async run(work) {
      const connection = await acquire()
      try {
        return await work(connection)
      } finally {
        release(connection)
      }
    },
    async close(closeOne) {
      for (let n = connections.length; n > 0; n -= 1) await closeOne(await acquire())
    },
  }
}
