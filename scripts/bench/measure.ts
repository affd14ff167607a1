/** Clocks and tables of the benchmarks. */
import { cpus } from 'node:os'

export type Measurement = { readonly seconds: number; readonly cpuSeconds: number }

export async function measure(work: () => Promise<unknown>): Promise<Measurement> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { seconds, cpuSeconds: (user + system) / 1e6 }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** Where the figures come from: a benchmark without its machine says nothing. */
export function machine(): string {
  const [first] = cpus()
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}`
}

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  console.log(line(head))
  for (const row of rows) console.log(line(row))
}

/** Prints whether an aim was met; a miss is told, not thrown: a busy machine must not turn a build red. */
export function printAim(what: string, found: number, aim: number, atLeast: boolean): void {
  const met = atLeast ? found >= aim : found <= aim
  console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${found.toFixed(2)} (aim ${atLeast ? '≥' : '≤'} ${aim})`)
}
