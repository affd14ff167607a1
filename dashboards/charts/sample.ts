/** Builders for tests of charts and reports: a small catalogue and results in the door's shape. */
import type { Catalogue, MetricResult } from '#transforms/query/request.ts'
import type { ChartContext, MetricCard } from './context.ts'

const dimensions = ['anomaly_type', 'severity', 'carrier', 'region', 'channel', 'hour_of_day', 'weekday', 'currency']

export function aCard(name: string, rest: Partial<MetricCard> = {}): MetricCard {
  const label = { en: name.replaceAll('_', ' '), zh: `指标 ${name}` }
  return {
    name,
    label,
    description: label,
    version: '0',
    unit: 'count',
    counts: 'anomaly',
    time_bases: ['calendar'],
    snapshot: false,
    direction: 'down_good',
    times: ['opened_at'],
    dimensions,
    maturing: false,
    explained_by: rest.dimensions ?? dimensions,
    spiking: rest.snapshot !== true && (rest.unit ?? 'count') === 'count',
    ...rest,
  }
}

export const aCatalogue: Catalogue = {
  metrics: [
    aCard('anomalies_opened'),
    aCard('open_backlog', { snapshot: true }),
    aCard('open_incidents', { snapshot: true, counts: 'incident' }),
    aCard('at_risk_backlog', { snapshot: true }),
    aCard('money_at_risk', { snapshot: true, unit: 'money' }),
    aCard('median_time_to_resolve', { unit: 'seconds' }),
    aCard('p90_time_to_resolve', { unit: 'seconds' }),
    aCard('anomaly_rate', { unit: 'share', counts: 'order', dimensions: ['region', 'channel', 'carrier'] }),
    aCard('sla_attainment', { unit: 'share', direction: 'up_good', dimensions: ['region', 'channel', 'carrier'] }),
    aCard('orders_placed', { direction: 'neutral', counts: 'order', dimensions: ['region', 'channel', 'carrier'] }),
  ],
  dimensions: dimensions.map((name) => ({ name, label: { en: name, zh: name }, description: { en: name, zh: name } })),
}

export function aContext(rest: Partial<ChartContext> = {}): ChartContext {
  return {
    language: 'en',
    zone: 'Asia/Shanghai',
    window: { from: '2026-11-20T16:00:00.000Z', to: '2026-11-23T16:00:00.000Z' },
    as_of: null,
    where: [],
    catalogue: aCatalogue,
    ...rest,
  }
}

type Row = readonly [keys: readonly (string | null)[], value: number | null, n?: number]

export function aResult(metric: string, rows: readonly Row[], rest: Partial<MetricResult> = {}): MetricResult {
  const card = aCatalogue.metrics.find((candidate) => candidate.name === metric)
  return {
    metric,
    unit: card?.unit ?? 'count',
    currency: card?.unit === 'money' ? 'CNY' : null,
    keys: [],
    rows: rows.map(([keys, value, n]) => ({ keys: [...keys], value, n: n ?? value ?? 0 })),
    as_of: '2026-11-23T10:00:00.000Z',
    truncated: false,
    ...rest,
  }
}
