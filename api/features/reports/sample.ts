/** Builders for tests of reports: numbers that depend on the scope they are asked with, and a mailer that remembers. */
import { MailError } from '../../mail/mail-error.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { checkAddress, type Message } from '../../mail/message.ts'
import { loadReportDefinitions } from '#dashboards/load.ts'
import { aCard, aCatalogue, aResult } from '#dashboards/charts/sample.ts'
import type { DrillResult, MetricRequest, MetricResult, RowScope } from '#transforms/query/request.ts'
import type { Numbers } from './numbers.ts'

export const definitions = loadReportDefinitions()

/** Order numbers and sums say which scope they were computed for, so that a leak can be read in the mail. */
export function aNumbers(
  evil = '<img src=x onerror=alert(1)>',
): Numbers & { asked: { request: MetricRequest; scope: RowScope }[] } {
  const asked: { request: MetricRequest; scope: RowScope }[] = []
  const known = new Set(aCatalogue.metrics.map((card) => card.name))
  const missing = definitions
    .flatMap((definition) => [...definition.headlines, definition.chart.metric])
    .filter((name) => !known.has(name))
  return {
    catalogue: () => ({ ...aCatalogue, metrics: [...aCatalogue.metrics, ...missing.map((name) => aCard(name))] }),
    asked,
    async measure(request, scope): Promise<MetricResult> {
      asked.push({ request, scope })
      const size = sizeOf(scope)
      const as_of = request.as_of ?? request.to ?? ''
      if (request.by.length === 0) return aResult(request.metric, [[[], size]], { as_of })
      const start = request.from ?? ''
      return aResult(
        request.metric,
        [
          [[start, 'not_shipped'], size],
          [[start, 'duplicate_payment'], 3],
        ],
        { as_of },
      )
    },
    async drill(request, scope): Promise<DrillResult> {
      asked.push({ request: { ...request, order: 'natural' }, scope })
      const region = regionOf(scope)
      const row = {
        order_id: `id/${region}`,
        order_no: `NO-${region} ${evil}`,
        anomaly_type: 'not_shipped',
        severity: 's1',
        channel: evil,
        region,
        opened_at: '2026-11-22T00:00:00.000Z',
        due_at: null,
        exposure_amount: 123_456,
        currency: 'CNY',
      }
      const type = (name: string) => (name.endsWith('_at') ? 'instant' : name === 'exposure_amount' ? 'money' : 'text')
      return {
        metric: request.metric,
        entity: 'anomaly',
        counts: 'anomaly',
        total: 1,
        orders: 1,
        value: 1,
        unit: 'count',
        currency: null,
        columns: Object.keys(row).map((name) => ({ name, type: type(name) })),
        rows: [row],
        as_of: request.as_of ?? '',
      }
    },
  }
}

const regionOf = (scope: RowScope) => (scope.regions === 'all' ? 'everywhere' : scope.regions.join('+'))
const sizeOf = (scope: RowScope) => (scope.regions === 'all' ? 4711 : 42)

export type SampleMailer = Mailer & {
  accepted: Message[]
  /** What the next hand-overs meet. */ next: ('ok' | 'crash-after' | 'refuse' | 'unreachable' | 'in-doubt')[]
}

/** `crash-after`: the server accepted it and this process never got to note that. */
export function aMailer(): SampleMailer {
  const accepted: Message[] = []
  const next: SampleMailer['next'] = []
  return {
    kind: 'smtp',
    accepted,
    next,
    async send(_id, message) {
      checkAddress(message.to)
      const step = next.shift() ?? 'ok'
      if (step === 'refuse') throw new MailError('REFUSED', 'the mail server answered 550 to RCPT TO')
      if (step === 'unreachable')
        throw new MailError('UNREACHABLE', 'the mail server did not answer', { retryable: true })
      accepted.push(message)
      if (step === 'in-doubt') throw new MailError('IN_DOUBT', 'the connection was lost', { retryable: true })
      if (step === 'crash-after') await new Promise(() => {})
    },
    read: async () => null,
    close() {},
  }
}
