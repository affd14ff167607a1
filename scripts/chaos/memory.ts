/** Samples the resident memory of processes while a scenario runs. */
import { readFileSync } from 'node:fs'

export type MemorySampler = { stop(): MemoryReport }
/** Highest of any sample, and by how much the samples rise per ten minutes (least squares), in MB. */
export type MemoryReport = {
  readonly highestMb: number
  /** Null for a run too short to tell. */
  readonly slopeMbPerTenMinutes: number | null
}

const TELLING_MINUTES = 5

export function sampleMemory(pids: () => readonly number[], everyMs = 1_000): MemorySampler {
  const startedAt = Date.now()
  const samples: { minutes: number; mb: number }[] = []
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
          Date.now() - startedAt < TELLING_MINUTES * 60_000 ? null : Math.round(slope(samples) * 100) / 10,
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

/** The second half only: a process grows while it warms up. */
function slope(all: readonly { minutes: number; mb: number }[]): number {
  const samples = all.slice(Math.floor(all.length / 2))
  if (samples.length < 3) return 0
  const mean = (of: (one: { minutes: number; mb: number }) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [x, y] = [mean((one) => one.minutes), mean((one) => one.mb)]
  const spread = samples.reduce((sum, one) => sum + (one.minutes - x) ** 2, 0)
  return spread === 0 ? 0 : samples.reduce((sum, one) => sum + (one.minutes - x) * (one.mb - y), 0) / spread
}
