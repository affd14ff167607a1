/** Turns what an import reports into lines for a terminal: how far, how fast, how long still. */
import type { ImportProgress } from './olist.ts'

/** Share of the whole work that is done when the last record has landed; measured, and good enough for an estimate. */
const LANDING_SHARE = 0.35

export type ProgressLines = (progress: ImportProgress) => string[]

export function createProgressLines(nowMs: () => number): ProgressLines {
  const startedMs = nowMs()
  let totalBytes = 0
  let bytes = 0
  let records = 0

  return (progress) => {
    const seconds = (nowMs() - startedMs) / 1000
    switch (progress.phase) {
      case 'read':
        totalBytes = progress.totalBytes
        return [...progress.notes.map((note) => `note: ${note}`), `read ${megabytes(totalBytes)} MB`]
      case 'land': {
        bytes += progress.bytes
        records += progress.records
        const done = LANDING_SHARE * Math.min(1, bytes / Math.max(1, totalBytes))
        return [
          `${percent(done)}  landed ${records} records, ${Math.round(records / Math.max(seconds, 0.001))}/s, ${left(done, seconds)}  ${progress.file}`,
        ]
      }
      case 'map': {
        const done = LANDING_SHARE + (1 - LANDING_SHARE) * ((progress.step - 1) / (progress.steps + 1))
        return [
          `${percent(done)}  mapping ${progress.file} (${progress.step} of ${progress.steps}), ${left(done, seconds)}`,
        ]
      }
    }
  }
}

function percent(share: number): string {
  return `${String(Math.floor(share * 100)).padStart(3)} %`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function left(share: number, seconds: number): string {
  return share <= 0 ? 'time left unknown' : `about ${Math.ceil((seconds * (1 - share)) / share)} s left`
}
