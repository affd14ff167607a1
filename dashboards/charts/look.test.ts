import { expect, test } from 'vitest'
import { heatmapTileSchema, seriesTileSchema } from '../board.ts'
import { colourOf, inks, scaleOf, surfaces } from './colour.ts'
import { formatDuration, formatValue } from './format.ts'
import type { Colour } from './model.ts'
import { toOption } from './option.ts'
import { prepareHeatmap } from './prepare-heatmap.ts'
import { prepareSeries } from './prepare-series.ts'
import { aContext, aResult } from './sample.ts'
import { tableOf } from './table.ts'
import { anomalyTypes, valueLabel } from './words.ts'

const types = [
  'order_unpaid_timeout',
  'payment_failed',
  'payment_amount_mismatch',
  'duplicate_payment',
  'not_shipped',
  'label_no_pickup',
  'logistics_stalled',
  'delivery_late',
  'refund_stalled',
]
/** Types without a colour of their own share the palette of what nobody listed. */
const uncoloured = anomalyTypes.filter((type) => !types.includes(type))
const themes = ['light', 'dark'] as const

test('every mark colour keeps 3:1 against its surface, and text 4.5:1', () => {
  const colours: Colour[] = [
    'accent',
    'others',
    ...[...types, ...uncoloured].map((value) => ({ dimension: 'anomaly_type', value })),
    ...['s1', 's2', 's3', 's4'].map((value) => ({ dimension: 'severity', value })),
    ...Array.from({ length: 100 }, (_, i) => ({ dimension: 'carrier', value: `carrier ${i}` })),
  ]
  for (const theme of themes) {
    for (const colour of colours) expect(contrast(colourOf(colour, theme), surfaces[theme])).toBeGreaterThanOrEqual(3)
    for (const ink of [inks[theme].text, inks[theme].faint])
      expect(contrast(ink, surfaces[theme])).toBeGreaterThanOrEqual(4.5)
  }
})

test('the nine types have nine colours, and an identity has the same colour in every chart', () => {
  for (const theme of themes)
    expect(new Set(types.map((value) => colourOf({ dimension: 'anomaly_type', value }, theme))).size).toBe(9)
  expect(colourOf({ dimension: 'carrier', value: '顺丰' }, 'light')).toBe(
    colourOf({ dimension: 'carrier', value: '顺丰' }, 'light'),
  )
})

test('a heatmap grows away from its surface', () => {
  for (const theme of themes) {
    const steps = scaleOf(theme).map((colour) => contrast(colour, surfaces[theme]))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  }
})

test('a way is told stage by stage', () => {
  expect(valueLabel('variant', 'created > paid > handed_over', 'en')).toBe('Placed › Paid › Handed over')
  expect(valueLabel('variant', 'created > packed', 'zh')).toBe('下单 › packed')
})

test('types have words in both languages', () => {
  for (const value of [...types, ...uncoloured])
    for (const language of ['en', 'zh'] as const) expect(valueLabel('anomaly_type', value, language)).not.toBe(value)
  expect(valueLabel('carrier', 'SF Express', 'zh')).toBe('SF Express')
  expect(valueLabel('carrier', '', 'zh')).toBe('（无）')
  expect(valueLabel('carrier', 'sf-express', 'zh')).toBe('顺丰')
  expect(valueLabel('channel', 'douyin', 'en')).toBe('Douyin')
})

test('a cause is told by its kind and its name', () => {
  expect(valueLabel('possible_cause', 'carrier_lane sf-express → 浙江', 'zh')).toBe('承运线路 顺丰 → 浙江')
  expect(valueLabel('possible_cause', 'gateway alipay', 'en')).toBe('Payment gateway Alipay')
  expect(valueLabel('possible_cause', 'sku my tea', 'en')).toBe('SKU my tea')
})

test('numbers are in the form of the reader', () => {
  const form = { currency: 'CNY', language: 'zh' } as const
  expect(formatValue(1_234_567, { ...form, unit: 'count' })).toBe('1,234,567')
  expect(formatValue(1_234_567, { ...form, unit: 'money' })).toBe('¥12,345.67')
  expect(formatValue(1_234_567, { unit: 'money', currency: 'JPY', language: 'en' })).toBe('JP¥1,234,567')
  expect(formatValue(0.1234, { ...form, unit: 'share' })).toBe('12.3%')
  expect(formatValue(null, { ...form, unit: 'share' })).toBe('–')
  expect([
    formatDuration(90_061, 'en'),
    formatDuration(3_900, 'zh'),
    formatDuration(0, 'en'),
    formatDuration(86_460, 'en'),
  ]).toEqual(['1 d 1 h', '1小时5分', '0 s', '1 d'])
})

const title = { en: 'Tile', zh: '图' }

test('the option draws each line in the colour of its identity and keeps gaps', () => {
  const tile = seriesTileSchema.parse({
    id: 't',
    kind: 'series',
    metric: 'anomaly_rate',
    by: 'region',
    title,
    grain: 'day',
  })
  const model = prepareSeries(tile, [aResult('anomaly_rate', [[['2026-11-22', '广东'], 0.5]])], aContext())
  const option = toOption(model, { theme: 'dark', language: 'zh' })
  expect(option.series).toMatchObject([
    {
      name: '广东',
      type: 'line',
      connectNulls: false,
      data: [null, 0.5, null],
      itemStyle: { color: colourOf({ dimension: 'region', value: '广东' }, 'dark') },
    },
  ])
})

test('a chart read as a table has the same numbers', () => {
  const tile = heatmapTileSchema.parse({
    id: 't',
    kind: 'heatmap',
    metric: 'anomalies_opened',
    x: 'hour_of_day',
    y: 'weekday',
    title,
  })
  const model = prepareHeatmap(tile, [aResult('anomalies_opened', [[['9', '3'], 7]])], aContext())
  const table = tableOf(model, 'en')
  expect(table.columns.length).toBe(24)
  expect(table.rows[2]).toMatchObject({ label: 'Wed' })
  expect(table.rows[2]?.cells[9]).toMatchObject({ text: '7', mark: { value: 7 } })
})

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
