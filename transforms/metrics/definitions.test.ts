import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { catalogueOf, definitions, readDefinitions } from './definitions.ts'

const cards = catalogueOf(definitions())

test('every metric and dimension says what it is in both languages', () => {
  const isSilent = ({ en, zh }: { en: string; zh: string }) =>
    en.trim() === '' || zh.trim() === '' || !/\p{Script=Han}/u.test(zh)
  const silent = [...cards.metrics, ...cards.dimensions].filter(
    ({ label, description }) => isSilent(description) || label.en.trim() === '' || label.zh.trim() === '',
  )
  expect(silent.map(({ name }) => name)).toEqual([])
})

test('no parameter of a family is left unfilled', () => {
  const text = JSON.stringify([...definitions().metrics.values()])
  expect([...text.matchAll(/\{[a-z_]+\.[a-z_]+\}/g)].map(([match]) => match)).toEqual([])
})

test('a metric can be split by what its dataset offers', () => {
  const placed = cards.metrics.find(({ name }) => name === 'orders_placed')
  expect(placed?.dimensions).toEqual(
    expect.arrayContaining([
      'region',
      'seller',
      'seller_region',
      'payment_method',
      'product_category',
      'review_score',
      'purchase_month',
      'promise_month',
      'delivery_month',
    ]),
  )
})

describe('a definition that is wrong is named with its file and key', () => {
  const dataset = {
    name: 'orders',
    relation: 'orders',
    entity: 'order',
    scope: 'none',
    order_id: 'order_id',
    time: 'created_at',
    columns: [{ name: 'order_id', type: 'code' }],
  }
  const words = { en: 'x', zh: '某' }
  const metric = {
    name: 'placed',
    label: words,
    description: words,
    dataset: 'orders',
    kind: 'count',
    times: ['created_at'],
    unit: 'count',
    direction: 'neutral',
  }

  const reading = (metrics: readonly unknown[]) => () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderlens-metrics-'))
    try {
      const files = { datasets: { datasets: [dataset] }, dimensions: { dimensions: [] }, mine: { metrics } }
      for (const [name, content] of Object.entries(files))
        writeFileSync(join(folder, `${name}.yml`), JSON.stringify(content))
      return readDefinitions(folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('a good one is read', () => expect(reading([metric])().metrics.get('placed')?.snapshot).toBe(false))
  test('an empty description', () =>
    expect(reading([{ ...metric, description: { en: '', zh: '某' } }])).toThrow(
      /mine\.yml.*metrics\.0\.description\.en/,
    ))
  test('an unknown key', () => expect(reading([{ ...metric, sql: 'x' }])).toThrow(/mine\.yml.*sql/))
  test('an unknown dataset', () => expect(reading([{ ...metric, dataset: 'parcels' }])).toThrow(/placed.*parcels/))
  test('the same name twice', () => expect(reading([metric, metric])).toThrow(/placed is defined twice/))
  test('a sum without a value', () => expect(reading([{ ...metric, kind: 'sum' }])).toThrow(/mine\.yml.*value/))
})
