import { describe, expect, test } from 'vitest'
import { formatOfTopic, matches, namedTopics, refuseEntry, selectTopics } from './kafka-topics.ts'

const existing = ['shop.orders', 'shop.payments', 'shopping', 'carrier.scans', '__consumer_offsets', '__shop.state']

describe('selecting topics', () => {
  test('names, stars and expressions', () => {
    expect(selectTopics(['carrier.scans'], existing)).toEqual(['carrier.scans'])
    expect(selectTopics(['shop.*'], existing)).toEqual(['shop.orders', 'shop.payments'])
    expect(selectTopics(['/^shop/'], existing)).toEqual(['shop.orders', 'shop.payments', 'shopping'])
    expect(selectTopics(['shop.*', 'shop.orders', '*.scans'], existing)).toEqual([
      'carrier.scans',
      'shop.orders',
      'shop.payments',
    ])
  })

  test("a pattern never means Kafka's own topics, a name may", () => {
    expect(selectTopics(['*'], existing)).not.toContain('__consumer_offsets')
    expect(matches('/offsets/', '__consumer_offsets')).toBe(false)
    expect(matches('__shop.state', '__shop.state')).toBe(true)
  })

  test('a dot in a pattern is a dot', () => {
    expect(matches('shop.*', 'shopping')).toBe(false)
  })

  test('only names are created when they are missing', () => {
    expect(namedTopics(['shop.*', '/x/', 'carrier.scans'])).toEqual(['carrier.scans'])
  })

  test('what is neither is refused with a reason', () => {
    expect(refuseEntry('shop.*')).toBeNull()
    expect(refuseEntry('/(/')).toContain('regular expression')
    expect(refuseEntry('shop orders')).toContain('expected a topic')
  })
})

test('the first format whose topic matches counts', () => {
  const formats = [
    { topic: 'hooks.adyen', format: 'adyen' },
    { topic: 'hooks.*', format: 'shopify' },
  ]
  expect(formatOfTopic(formats, 'hooks.adyen')).toBe('adyen')
  expect(formatOfTopic(formats, 'hooks.other')).toBe('shopify')
  expect(formatOfTopic(formats, 'shop.orders')).toBe('cloudevents')
})
