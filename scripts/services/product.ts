/** The product as it is deployed: one process per role, found by settings alone, on services that run already. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, isListening, runProgram, startProgram } from './service.ts'
import type { Running } from './service.ts'

export type Product = {
  readonly address: string
  readonly admin: { readonly email: string; readonly password: string }
  /** Kills a role without warning and starts it again. */
  restart(role: ServerRole): Promise<void>
  stop(): Promise<void>
}

const ROLES = ['ingest', 'transforms', 'api', 'jobs', 'simulator'] as const
export type ServerRole = (typeof ROLES)[number]

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

type Options = {
  /** Data and logs. */
  readonly folder: string
  /** Where Kafka, Redis, PostgreSQL and the mail server are. */
  readonly services: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
}

export async function startProduct({ folder, services, settings = {} }: Options): Promise<Product> {
  const admin = { email: 'admin@chain.test', password: 'one-chain-of-everything' }
  const [warehousePort, apiPort] = [await freePort(), await freePort()]
  const address = `http://127.0.0.1:${apiPort}`
  const own = {
    ...process.env,
    ...services,
    ...settings,
    ORDERLENS_DATA: folder,
    NO_COLOR: '1',
    UV_THREADPOOL_SIZE: '16',
  }
  const product = {
    ...own,
    CLICKHOUSE_URL: `http://127.0.0.1:${warehousePort}`,
    CLICKHOUSE_USER: 'loader',
    CLICKHOUSE_PASSWORD: 'warehouse-key',
    API_PORT: String(apiPort),
    API_PUBLIC_URL: address,
    API_ADMIN_EMAIL: admin.email,
    API_ADMIN_PASSWORD: admin.password,
  }
  const running = new Map<string, Running>()
  const program = async (
    name: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    isReady: () => Promise<boolean>,
  ): Promise<void> => {
    const started = await startProgram(process.execPath, ['--import', 'tsx', ...args], {
      cwd: ROOT,
      env,
      log: join(folder, `${name}.log`),
      ready: isReady,
      waitMs: 180_000,
    })
    running.set(name, started)
  }
  const startRole = (role: ServerRole): Promise<void> => {
    const log = join(folder, `${role}.log`)
    const says = READY[role]
    const isReady =
      role === 'api'
        ? () => answers(`${address}/readyz`)
        : async () => (await readFile(log, 'utf8').catch(() => '')).includes(says)
    return program(role, ['scripts/start.ts'], { ...product, ORDERLENS_ROLES: role }, isReady)
  }
  const stop = async (): Promise<void> => {
    // What feeds goes first, the warehouse last.
    for (const name of [...running.keys()].reverse()) await running.get(name)?.end()
  }
  try {
    await program(
      'warehouse',
      ['scripts/warehouse.ts', 'serve', '--allow-writes', '--port', String(warehousePort)],
      {
        ...own,
        CLICKHOUSE_URL: '',
        CLICKHOUSE_USER: product.CLICKHOUSE_USER,
        CLICKHOUSE_PASSWORD: product.CLICKHOUSE_PASSWORD,
      },
      () => isListening(warehousePort),
    )
    await runProgram(process.execPath, ['--import', 'tsx', 'scripts/warehouse.ts', 'migrate'], {
      cwd: ROOT,
      env: product,
    })
    // All at once, as an orchestrator does.
    await Promise.all(ROLES.map(startRole))
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    address,
    admin,
    async restart(role) {
      await running.get(role)?.end('SIGKILL')
      await startRole(role)
    },
    stop,
  }
}

/** The line of its start that says a role without a port is up. */
const READY: Readonly<Record<ServerRole, string>> = {
  ingest: '✓ kafka',
  transforms: '✓ transforms',
  api: '',
  jobs: '✓ jobs',
  simulator: '✓ landing',
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  )
}
