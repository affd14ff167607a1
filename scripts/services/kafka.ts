/** Apache Kafka by `scripts/kafka.sh`, with data of its own. */
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { freePort, runProgram } from './service.ts'
import type { Service } from './service.ts'

const SCRIPT = fileURLToPath(new URL('../kafka.sh', import.meta.url))

export async function startKafka(folder: string): Promise<Service> {
  const [port, controller] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    KAFKA_PORT: String(port),
    KAFKA_CONTROLLER_PORT: String(controller),
    KAFKA_DIR: join(folder, 'kafka'),
  }
  const call = (verb: string): Promise<string> => runProgram('bash', [SCRIPT, verb], { env, timeout: 600_000 })
  const version = /kafka (\S+)/.exec(await call('start'))?.[1] ?? 'unknown'
  return {
    name: 'Apache Kafka',
    version,
    url: `127.0.0.1:${port}`,
    async stop() {
      await call('stop')
    },
  }
}
