/** Whether this process keeps up: how late its event loop runs, and how much memory it holds. */
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** `high`: what can wait is refused. `severe`: whatever is not cheap is. */
export type Pressure = 'none' | 'high' | 'severe'
/** Of the last half second. */
type Look = { readonly lagMs: number; readonly residentBytes: number }
export type PressureLimits = { readonly lagMs: number; readonly residentBytes: number }

export type PressureWatch = { now(): Pressure; stop(): void }

const EVERY_MS = 500
const RESOLUTION_MS = 20
const LAG_MS = 200
const MEMORY_SHARE = 0.8
/** As late again, or so much more memory, is severe. */
const SEVERE_LAG = 2
const SEVERE_MEMORY = 1.12

export const pressureLimits = (): PressureLimits => ({
  lagMs: LAG_MS,
  residentBytes: mostMemory() * MEMORY_SHARE,
})

/** What a container may use, or what the machine has. */
function mostMemory(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem()
}

export function judge({ lagMs, residentBytes }: Look, limits: PressureLimits): Pressure {
  if (lagMs > limits.lagMs * SEVERE_LAG || residentBytes > limits.residentBytes * SEVERE_MEMORY) return 'severe'
  return lagMs > limits.lagMs || residentBytes > limits.residentBytes ? 'high' : 'none'
}

/** One long turn of the loop is a hiccup; only what two looks in a row say holds. */
export function watchPressure(limits: PressureLimits = pressureLimits()): PressureWatch {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let before: Pressure = 'none'
  let holds: Pressure = 'none'
  const timer = setInterval(() => {
    const lagMs = Number.isNaN(delays.mean) ? 0 : delays.mean / 1e6 - RESOLUTION_MS
    delays.reset()
    const found = judge({ lagMs, residentBytes: process.memoryUsage.rss() }, limits)
    holds = milder(before, found)
    before = found
  }, EVERY_MS)
  timer.unref()
  return {
    now: () => holds,
    stop() {
      clearInterval(timer)
      delays.disable()
    },
  }
}

function milder(a: Pressure, b: Pressure): Pressure {
  const order: readonly Pressure[] = ['none', 'high', 'severe']
  return order[Math.min(order.indexOf(a), order.indexOf(b))] ?? 'none'
}
