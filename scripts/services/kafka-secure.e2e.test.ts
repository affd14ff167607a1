/** Logins and certificates against a real broker: what is right gets through, what is wrong says what to do. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import type { KafkaConfig } from '#ingest/sources/config.ts'
import { SILENT } from '#ingest/sources/kafka-client.ts'
import { QUICK, aLanding, openTestTopics, range, sendNumbers, until } from '#ingest/sources/kafka-test-topics.ts'
import { createKafkaSource } from '#ingest/sources/kafka.ts'
import { type SecureKafka, startSecureKafka } from './kafka-secure.ts'

let folder: string
let secure: SecureKafka

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderlens-secure-'))
  secure = await startSecureKafka(folder)
})

afterAll(async () => {
  await secure?.kafka.stop()
  await rm(folder, { recursive: true, force: true })
})

function configOf(env: Record<string, string>): KafkaConfig {
  const config = loadKafkaConfig({ KAFKA_PARTITIONS: '2', ...env })
  if (config === null) throw new Error('no brokers')
  const name = `secure-${randomUUID()}`
  return { ...config, topics: [name], commandTopic: name, groupId: name }
}

const login = (mechanism: string, password = secure.user.password) => ({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_SASL_USERNAME: secure.user.username,
  KAFKA_SASL_PASSWORD: password,
})

async function roundTrip(config: KafkaConfig): Promise<void> {
  const topics = await openTestTopics(config)
  const own = await topics.topic(2, config.commandTopic)
  await sendNumbers(own, 0, 50, 'zstd')
  const landing = aLanding()
  const source = createKafkaSource({ config: own, resumeOffset: landing.resumeOffset, ...QUICK })
  await source.start(landing.land)
  await until(() => landing.landed.size === 50)
  await source.stop()
  await topics.close()
  expect(landing.numbers()).toEqual(range(50))
}

/** What a source that cannot connect says. */
async function refusal(config: KafkaConfig): Promise<string> {
  const said: string[] = []
  const log = { ...SILENT, warn: (_fields: Record<string, unknown>, message: string) => void said.push(message) }
  const source = createKafkaSource({ config, resumeOffset: () => Promise.resolve(null), log, ...QUICK })
  const started = source.start(() => Promise.resolve())
  const clear = /refused the login|is not trusted/
  await until(() => said.some((message) => clear.test(message)), 60_000)
  await source.stop()
  await started
  return said.find((message) => clear.test(message)) ?? ''
}

test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('a login by %s', async (mechanism) => {
  await roundTrip(configOf({ KAFKA_BROKERS: secure.login, ...login(mechanism) }))
})

test('TLS with the authority named', async () => {
  await roundTrip(configOf({ KAFKA_BROKERS: secure.tls, KAFKA_TLS: 'true', KAFKA_TLS_CA: secure.authority }))
})

test('a login over TLS', async () => {
  await roundTrip(
    configOf({
      KAFKA_BROKERS: secure.loginOverTls,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA: secure.authority,
      ...login('scram-sha-512'),
    }),
  )
})

test.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
  'a wrong password by %s is named, not shown',
  async (mechanism) => {
    const said = await refusal(configOf({ KAFKA_BROKERS: secure.login, ...login(mechanism, 'not-the-password') }))
    expect(said).toContain(`refused the login of "${secure.user.username}" by ${mechanism}`)
    expect(said).not.toContain('not-the-password')
  },
)

test('a certificate of another authority is refused, and so is one of no named authority', async () => {
  const tls = { KAFKA_BROKERS: secure.tls, KAFKA_TLS: 'true' }
  // Each is told only after the client has tried for a while.
  const [other, none] = await Promise.all([
    refusal(configOf({ ...tls, KAFKA_TLS_CA: secure.otherAuthority })),
    refusal(configOf(tls)),
  ])
  expect(other).toContain('of KAFKA_TLS_CA is not its authority')
  expect(none).toContain('name its authority in KAFKA_TLS_CA')
})
