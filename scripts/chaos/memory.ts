/**
 * Samples the resident memory of processes while a scenario runs. Growth is read off what is left after garbage was collected: the
 * lowest sample of each stretch. All samples together swing by tens of MB, and a line through them says more of the swing.
 */
import { readFileSync } from 'node:fs'

export type MemorySampler = { stop(): MemoryReport }
/** Highest of any sample, and by how much the lowest of each stretch rises per ten minutes (least squares), in MB. */
export type MemoryReport = {
  readonly highestMb: number
  /** Null for a run too short to tell. */
  readonly slopeMbPerTenMinutes: number | null
}

const TELLING_MINUTES = 5
const STRETCHES = 24

type Sample = { readonly minutes: number; readonly mb: number }

export function sampleMemory(pids: () => readonly number[], everyMs = 1_000): MemorySampler {
  const startedAt = Date.now()
  const samples: Sample[] = []
  const timer = setInterval(() => {
    const sizes = pids().map(residentMb)
    if (sizes.length > 0) samples.push({ minutes: (Date.now() - startedAt) / 60_000, mb: Math.max(...sizes) })
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      return {
        highestMb: Math.round(Math.max(0, ...samples.map(({ mb }) => mb))),
        slopeMbPerTenMinutes:
          Date.now() - startedAt < TELLING_MINUTES * 60_000 ? null : Math.round(slopeOf(lowest(samples)) * 100) / 10,
      }
    },
  }
}

/** 0 when the process is gone. */
export function residentMb(pid: number): number {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Of the second half only: a process grows while it warms up. */
export function lowest(all: readonly Sample[], stretches = STRETCHES): Sample[] {
  const samples = all.slice(Math.floor(all.length / 2))
  const each = Math.max(1, Math.ceil(samples.length / stretches))
  return Array.from({ length: Math.floor(samples.length / each) }, (_, n) =>
    samples.slice(n * each, (n + 1) * each).reduce((low, one) => (one.mb < low.mb ? one : low)),
  )
}

/** MB per minute. */
export function slopeOf(samples: readonly Sample[]): number {
  if (samples.length < 3) return 0
  const mean = (of: (one: Sample) => number): number => samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [x, y] = [mean((one) => one.minutes), mean((one) => one.mb)]
  const spread = samples.reduce((sum, one) => sum + (one.minutes - x) ** 2, 0)
  return spread === 0 ? 0 : samples.reduce((sum, one) => sum + (one.minutes - x) * (one.mb - y), 0) / spread
}
