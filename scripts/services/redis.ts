/** Redis in memory, without files. */
import { join } from 'node:path'
import { freePort, isListening, runProgram, startProgram } from './service.ts'
import type { Service } from './service.ts'

export async function startRedis(folder: string): Promise<Service> {
  const port = await freePort()
  const { end } = await startProgram(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { log: join(folder, 'redis.log'), ready: () => isListening(port) },
  )
  const version = /v=(\S+)/.exec(await runProgram('redis-server', ['--version']))?.[1] ?? 'unknown'
  return { name: 'Redis', version, url: `redis://127.0.0.1:${port}`, stop: () => end() }
}
