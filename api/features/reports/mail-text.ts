/** The plain-text part: the same numbers and links, for readers without HTML. */
import { formatInstant, formatValue } from '#dashboards/charts/format.ts'
import { tableOf } from '#dashboards/charts/table.ts'
import { totalOfLine } from '#dashboards/charts/line-total.ts'
import { isEmpty } from '#dashboards/charts/model.ts'
import { arrows, type MailView } from './mail-html.ts'
import { mailWords } from './mail-words.ts'

export function writeText({ content, links, delayedSince, recipient }: Omit<MailView, 'imageSource'>): string {
  const words = mailWords[content.language]
  const instant = (at: string) => formatInstant(at, content.zone, content.language)
  const headlines = content.headlines.flatMap((kpi) => {
    const change = kpi.change ? ` (${arrows[kpi.change.direction]} ${kpi.change.text} ${words.against})` : ''
    return [`${kpi.label}: ${kpi.text}${change}`, `  ${links.mark(kpi.mark)}`]
  })
  const orders = content.orders.rows.flatMap((row) => [`- ${row.cells.join(' | ')}`, `  ${links.order(row.orderId)}`])
  return [
    content.title,
    words.period(instant(content.window.from), instant(content.window.to), content.zone),
    delayedSince ? words.delayed(instant(delayedSince), instant(content.asOf)) : words.asOf(instant(content.asOf)),
    '',
    ...headlines,
    '',
    content.chart.title,
    ...(isEmpty(content.chart) ? [words.noData] : chartLines({ content, links })),
    '',
    `${content.orders.title} (${words.ofTotal(content.orders.rows.length, content.orders.all.n)})`,
    `  ${links.mark(content.orders.all)}`,
    ...(orders.length > 0 ? orders : [words.noOrders]),
    '',
    `${words.open}: ${links.board()}`,
    words.why(recipient),
    '',
  ].join('\n')
}

/** Totals per line of the chart say more in text than every bucket would. */
function chartLines({ content, links }: Pick<MailView, 'content' | 'links'>): string[] {
  const { chart, language } = content
  if (chart.kind === 'series' && chart.lines.every((line) => line.total !== null))
    return chart.lines.flatMap((line) => {
      const mark = totalOfLine(line)
      const told = `- ${line.label}: ${formatValue(line.total, { ...chart, language })}`
      return mark === null ? [told] : [told, `  ${links.mark(mark)}`]
    })
  const table = tableOf(chart, language)
  return table.rows.map(
    (row) => `- ${row.label}: ${row.cells.map((cell, i) => `${table.columns[i] ?? ''} ${cell.text}`).join(', ')}`,
  )
}
