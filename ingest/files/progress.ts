/** How far an import is, as one line for a terminal and for the Data screen. */

export type FileProgress = {
  readonly phase: 'fetch' | 'unpack' | 'land' | 'derive'
  readonly file: string
  /** Bytes of the sources done, of all. */
  readonly done: number
  readonly total: number
  /** Rows landed by this run. */
  readonly rows: number
  /** Rows that wait to become events. */
  readonly waiting: number
}

const WINDOW_MS = 10_000

/** The rate is that of the last ten seconds, so that a pause does not spoil it for long. */
export function createRate(nowMs: () => number): (progress: FileProgress) => string {
  const seen: { at: number; rows: number; done: number }[] = [{ at: nowMs(), rows: 0, done: 0 }]
  return ({ phase, file, done, total, rows, waiting }) => {
    const at = nowMs()
    seen.push({ at, rows, done })
    while (seen.length > 2 && (seen[1]?.at ?? at) < at - WINDOW_MS) seen.shift()
    const first = seen[0] ?? { at, rows, done }
    const seconds = Math.max(0.001, (at - first.at) / 1000)
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const head = `${String(Math.floor(share * 100)).padStart(3)} %  ${whole(rows)} rows`
    if (phase === 'fetch') return `${head}, fetching ${file}`
    if (phase === 'unpack') return `${head}, unpacking ${file}`
    if (phase === 'derive')
      return `${head} landed, ${waiting === 0 ? 'the last of them' : `${whole(waiting)} more`} become events`
    return `${head}, ${whole((rows - first.rows) / seconds)}/s, ${left((total - done) / ((done - first.done) / seconds))}  ${file}`
  }
}

function left(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'time left unknown'
  if (seconds < 90) return `about ${Math.max(1, Math.ceil(seconds))} s left`
  return seconds < 5_400 ? `about ${Math.ceil(seconds / 60)} min left` : `about ${(seconds / 3_600).toFixed(1)} h left`
}

function whole(n: number): string {
  return Math.round(n).toLocaleString('en-US')
}
