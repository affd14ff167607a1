/** What the terminal shows: one line per part as it comes up, with the time it took. */

export type Terminal = {
  /** Runs one part's start and prints its line; `describe` says what came up. */
  part<T>(name: string, start: () => Promise<T>, describe: (result: T) => string): Promise<T>
  line(text: string): void
  /** Overwrites itself where the output is a terminal, and is one line per tenth elsewhere. */
  progress(name: string, share: number, text: string): void
}

export function createTerminal(out: NodeJS.WriteStream): Terminal {
  const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`
  const row = (mark: string, name: string, text: string): string => `  ${mark} ${name.padEnd(11)} ${text}`
  let lastTenth = -1
  return {
    async part(name, start, describe) {
      const startedAt = performance.now()
      const result = await start()
      out.write(`${row('✓', name, describe(result))}  (${seconds(startedAt)})\n`)
      return result
    },
    line(text) {
      out.write(`${text}\n`)
    },
    progress(name, share, text) {
      const tenth = Math.floor(share * 10)
      if (tenth === lastTenth && !(out.isTTY && share < 1)) return
      lastTenth = tenth
      const percent = `${String(Math.round(share * 100)).padStart(3)} %`
      const shown = row(share < 1 ? '…' : '✓', name, `${percent}  ${text}`)
      out.write(out.isTTY && share < 1 ? `\r${shown}` : `${out.isTTY ? '\r' : ''}${shown}\n`)
    },
  }
}
