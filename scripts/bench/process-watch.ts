/** The event loop's delay and Node's own memory while something runs; the engine's memory is not Node's. */
import { printAim, quantile } from './measure.ts'

const BEAT_MS = 5
const MEGABYTE = 1_048_576

export type ProcessWatch = {
  during<T>(work: () => Promise<T>): Promise<T>
  report(what: string): void
}

export function watchProcess(): ProcessWatch {
  const delays: number[] = []
  let most = 0
  let before = 0
  return {
    async during(work) {
      let expected = performance.now() + BEAT_MS
      const timer = setInterval(() => {
        const now = performance.now()
        delays.push(Math.max(0, now - expected))
        expected = now + BEAT_MS
        const { heapUsed, external } = process.memoryUsage()
        most = Math.max(most, heapUsed + external)
      }, BEAT_MS)
      const { heapUsed, external } = process.memoryUsage()
      before = before === 0 ? heapUsed + external : before
      try {
        return await work()
      } finally {
        clearInterval(timer)
      }
    },
    report(what) {
      printAim(`event loop delay p99, ms, ${what}`, quantile(delays, 0.99), 20, false)
      printAim(
        `memory of Node (heap and buffers) beyond the benchmark's own, MB, ${what}`,
        (most - before) / MEGABYTE,
        512,
        false,
      )
      console.log(`       the event loop's longest delay was ${Math.max(0, ...delays).toFixed(0)} ms`)
    },
  }
}
