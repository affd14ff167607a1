/** Apache Kafka by `scripts/kafka.sh`, with data of its own; may be stopped, killed and started again on the same data. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, isListening, runProgram } from './service.ts'
import type { Service } from './service.ts'

const SCRIPT = fileURLToPath(new URL('../kafka.sh', import.meta.url))

export type KafkaService = Service & {
  start(): Promise<void>
  /** Ends the broker without warning. */
  kill(): Promise<void>
}

/** A listener besides the plain one. `advertised` is the port clients are sent to: that of a proxy in front. */
export type Listener = {
  readonly name: string
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly port: number
  readonly advertised?: number
}

export type KafkaOptions = {
  readonly version?: string
  readonly listeners?: readonly Listener[]
  /** File of further broker properties. */
  readonly properties?: string
  /** Users as StorageTool's --add-scram takes them. */
  readonly scram?: readonly string[]
}

export async function startKafka(folder: string, options: KafkaOptions = {}): Promise<KafkaService> {
  const { listeners = [] } = options
  const [port, controller] = [await freePort(), await freePort()]
  const directory = join(folder, 'kafka')
  const env = {
    ...process.env,
    KAFKA_PORT: String(port),
    KAFKA_CONTROLLER_PORT: String(controller),
    KAFKA_DIR: directory,
    ...(options.version !== undefined && { KAFKA_VERSION: options.version }),
    KAFKA_LISTENERS_MORE: listeners.map((one) => `${one.name}://127.0.0.1:${one.port}`).join(','),
    KAFKA_ADVERTISED_MORE: listeners.map((one) => `${one.name}://127.0.0.1:${one.advertised ?? one.port}`).join(','),
    KAFKA_PROTOCOLS_MORE: listeners.map((one) => `${one.name}:${one.protocol}`).join(','),
    KAFKA_PROPERTIES_MORE: options.properties ?? '',
    KAFKA_SCRAM: (options.scram ?? []).join('\n'),
  }
  const call = (verb: string): Promise<string> => runProgram('bash', [SCRIPT, verb], { env, timeout: 600_000 })
  const version = /kafka (\S+)/.exec(await call('start'))?.[1] ?? 'unknown'
  return {
    name: 'Apache Kafka',
    version,
    url: `127.0.0.1:${port}`,
    async start() {
      await call('start')
    },
    async stop() {
      await call('stop')
    },
    async kill() {
      const pid = Number(await readFile(join(directory, 'kafka.pid'), 'utf8'))
      process.kill(pid, 'SIGKILL')
      // Its first thread may be gone while the others still hold the port.
      while ((await isAlive(pid)) || (await isListening(port))) await sleep(20)
    },
  }
}

/** A process that ended and was not waited for by anybody counts as gone. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/^\d+ \(.*\) Z/.test(stat)
}
