/** A statement that ends when whoever asked for it does not wait any more. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WarehouseError } from './errors.ts'

const AGAIN_MS = 100

/** `end` is called until `run` is over: the statement may not have begun yet when it is called first. */
export async function endable<T>(
  signal: AbortSignal,
  end: (id: string) => Promise<void>,
  run: (id: string) => Promise<T>,
): Promise<T> {
  const id = randomUUID()
  const over = new AbortController()
  let ending: Promise<void> | undefined
  const endIt = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // Its own limits end it where it cannot be told.
      await end(id).catch(() => undefined)
      await sleep(AGAIN_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined)
    }
  }
  const onGone = (): void => {
    ending = endIt()
  }
  signal.addEventListener('abort', onGone, { once: true })
  try {
    const result = await run(id)
    if (signal.aborted) throw gone()
    return result
  } catch (cause) {
    throw signal.aborted ? gone(cause) : cause
  } finally {
    over.abort()
    signal.removeEventListener('abort', onGone)
    // Whoever runs next on the same connection must not be ended in its place.
    await ending
  }
}

const gone = (cause?: unknown): WarehouseError =>
  new WarehouseError('CANCELLED', 'whoever asked went away while it was read', { cause })
