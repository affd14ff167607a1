/** All real services of a test run, and the settings by which the product and its tests find them. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { startKafka } from './kafka.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import type { Service } from './service.ts'
import { startSmtp } from './smtp.ts'

export type Services = {
  readonly list: readonly { readonly name: string; readonly version: string; readonly url: string }[]
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startServices(): Promise<Services> {
  const chromium = findChromium(process.env)
  const folder = await mkdtemp(join(tmpdir(), 'orderlens-services-'))
  // PostgreSQL runs as a user of its own and has to reach its folder inside.
  await chmod(folder, 0o711)
  const started: Service[] = []
  const note = async <S extends Service>(starting: Promise<S>): Promise<S> => {
    const service = await starting
    started.push(service)
    return service
  }
  const stop = async (): Promise<void> => {
    await Promise.allSettled(started.map((service) => service.stop()))
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  const starts = [
    note(startKafka(folder)),
    note(startRedis(folder)),
    note(startPostgres(folder)),
    note(startSmtp(folder)),
  ] as const
  try {
    const [kafka, redis, postgres, smtp] = await Promise.all(starts)
    return {
      list: [...started, { name: 'Chromium', version: chromium.version, url: chromium.path }],
      env: {
        KAFKA_BROKERS: kafka.url,
        REDIS_URL: redis.url,
        DATABASE_URL: postgres.url,
        SMTP_URL: smtp.url,
        SMTP_MAILS: smtp.mails,
        CHROMIUM_PATH: chromium.path,
      },
      stop,
    }
  } catch (cause) {
    await Promise.allSettled(starts)
    await stop()
    throw cause
  }
}
