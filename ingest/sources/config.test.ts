import { expect, test } from 'vitest'
import { loadKafkaConfig } from './config.ts'

test('without brokers there is no Kafka', () => {
  expect(loadKafkaConfig({})).toBeNull()
  expect(loadKafkaConfig({ KAFKA_BROKERS: '' })).toBeNull()
})

test('lists are split, defaults are filled', () => {
  const config = loadKafkaConfig({ KAFKA_BROKERS: 'a:9092, b:9092', KAFKA_TOPICS: 'shop,pay' })
  expect(config).toMatchObject({
    brokers: ['a:9092', 'b:9092'],
    topics: ['shop', 'pay'],
    commandTopic: 'orderlens.commands',
    sasl: null,
    tls: false,
  })
})

test('every bad variable is named and no value is repeated', () => {
  const load = () =>
    loadKafkaConfig({
      KAFKA_BROKERS: 'secret-host',
      KAFKA_TLS: 'perhaps',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_PASSWORD: 'hunter2',
    })
  expect(load).toThrow(/KAFKA_BROKERS.*KAFKA_TLS/)
  expect(load).not.toThrow(/hunter2|secret-host/)
})

test('a login needs a name and a password', () => {
  expect(() => loadKafkaConfig({ KAFKA_BROKERS: 'a:1', KAFKA_SASL_MECHANISM: 'plain' })).toThrow(/KAFKA_SASL_USERNAME/)
})
