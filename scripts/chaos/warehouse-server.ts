/** The warehouse of a chaos run: the embedded engine in a process of its own, reached by the ClickHouse protocol. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, isListening, startProgram } from '../services/service.ts'
import type { Running } from '../services/service.ts'

export type WarehouseServer = {
  readonly port: number
  readonly url: string
  /** Undefined while it is down. */
  readonly pid: () => number | undefined
  /** Where the engine keeps its data. */
  readonly data: string
  start(options?: { isReadOnly: boolean }): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
  /** What it said since it was started first. */
  said(): Promise<string>
}

/** Of every process of a run, whatever the settings around it are. */
export const LOGIN = {
  CLICKHOUSE_USER: 'chaos',
  CLICKHOUSE_PASSWORD: 'of-one-run-only',
  CLICKHOUSE_DATABASE: 'orderlens',
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Starts it. `data` may lie on a file system of its own. */
export async function startWarehouseServer(folder: string, data = join(folder, 'warehouse')): Promise<WarehouseServer> {
  const port = await freePort()
  const log = join(folder, 'warehouse.log')
  let running: Running | null = null
  const server: WarehouseServer = {
    port,
    url: `http://127.0.0.1:${port}`,
    data,
    pid: () => running?.child.pid,
    async start({ isReadOnly } = { isReadOnly: false }) {
      const writes = isReadOnly ? ['--everything'] : ['--allow-writes']
      running = await startProgram(
        process.execPath,
        ['--import', 'tsx', 'scripts/warehouse.ts', 'serve', ...writes, '--port', String(port)],
        {
          cwd: ROOT,
          // Ctrl-C is for the one who does the harm.
          detached: true,
          env: { ...process.env, ...LOGIN, UV_THREADPOOL_SIZE: '16', ORDERLENS_DATA: data, CLICKHOUSE_URL: '' },
          log,
          ready: () => isListening(port),
          waitMs: 120_000,
        },
      )
    },
    async stop() {
      await running?.end()
      running = null
    },
    async kill() {
      await running?.end('SIGKILL')
      running = null
    },
    said: () => readFile(log, 'utf8'),
  }
  await server.start()
  return server
}
