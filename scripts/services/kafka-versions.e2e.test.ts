/**
 * The client on brokers of other versions than the one the services run. More by KAFKA_VERSIONS=3.9.1,4.3.1; each is
 * fetched once from Maven Central.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import {
  QUICK,
  type TestTopics,
  aLanding,
  openTestTopics,
  range,
  sendNumbers,
  until,
} from '#ingest/sources/kafka-test-topics.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import { type KafkaService, startKafka } from './kafka.ts'

const versions = (process.env['KAFKA_VERSIONS'] ?? '3.9.1').split(',')

describe.each(versions)('Apache Kafka %s', (version) => {
  let folder: string
  let kafka: KafkaService
  let topics: TestTopics

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderlens-kafka-'))
    kafka = await startKafka(folder, { version })
    const config = loadKafkaConfig({ KAFKA_BROKERS: kafka.url })
    if (config === null) throw new Error('the broker has no address')
    topics = await openTestTopics(config)
  })

  afterAll(async () => {
    await topics?.close()
    await kafka?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function landed(config: KafkaConfig, count: number) {
    const landing = aLanding()
    const source = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...QUICK })
    await source.start(landing.land)
    await until(() => landing.landed.size >= count)
    await source.stop()
    return landing
  }

  test('is the version asked for', () => {
    expect(kafka.version).toBe(version)
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('messages packed with %s', async (compression) => {
    const config = await topics.topic(3)
    await sendNumbers(config, 0, 500, compression)
    const landing = await landed(config, 500)
    expect(landing.numbers()).toEqual(range(500))
    expect(landing.once()).toBe(true)
  })

  test('partitions move to a second member and nothing is left out', async () => {
    const config = await topics.topic(4)
    const landing = aLanding()
    const members = [0, 1].map(() => createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...QUICK }))
    for (const member of members) {
      await member.start(landing.land)
      await sendNumbers(config, landing.landed.size, landing.landed.size + 200)
      await until(() => landing.landed.size % 200 === 0 && landing.landed.size > 0)
    }
    await members[0]?.stop()
    await sendNumbers(config, 400, 600)
    await until(() => landing.landed.size === 600)
    await members[1]?.stop()
    expect(landing.numbers()).toEqual(range(600))
  })

  test('the broker is killed and comes back: landing goes on where it was', async () => {
    const config = await topics.topic(2)
    const landing = aLanding()
    const source = createKafkaSource({ config, resumeOffset: landing.resumeOffset, ...QUICK })
    await source.start(landing.land)
    await sendNumbers(config, 0, 100)
    await until(() => landing.landed.size === 100)
    await kafka.kill()
    await kafka.start()
    await sendNumbers(config, 100, 200)
    await until(() => landing.landed.size === 200, 60_000)
    await source.stop()
    expect(landing.numbers()).toEqual(range(200))
    expect(landing.once()).toBe(true)
  })
})
