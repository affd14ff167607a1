/** The HTML part: MJML, because mail clients agree on little more than tables. Every value is escaped on its way in. */
import mjml2html from 'mjml'
import { formatInstant } from '#dashboards/charts/format.ts'
import { isEmpty, type KpiModel } from '#dashboards/charts/model.ts'
import { escapeHtml } from '../../mail/escape-html.ts'
import type { ReportContent } from './content.ts'
import type { Links } from './links.ts'
import { mailWords } from './mail-words.ts'

export type MailView = {
  content: ReportContent
  links: Links
  /** When the occurrence was due, if it is sent later than that. */
  delayedSince: string | null
  recipient: string
  /** `cid:…` in a mail, a data address in a preview. */
  imageSource: string
}

export async function writeHtml(view: MailView): Promise<string> {
  const { html, errors } = await mjml2html(template(view), { validationLevel: 'strict', keepComments: false })
  if (errors.length > 0)
    throw new TypeError(
      `the report template is not valid MJML: ${errors.map((error) => error.formattedMessage).join('; ')}`,
    )
  return html
}

const e = escapeHtml
const colours = {
  ink: '#1f2430',
  faint: '#5b6472',
  line: '#d9dde3',
  link: '#2746b0',
  page: '#f3f5f9',
  good: '#0b6b3a',
  bad: '#b42318',
}

function template({ content, links, delayedSince, recipient, imageSource }: MailView): string {
  const words = mailWords[content.language]
  const instant = (at: string) => formatInstant(at, content.zone, content.language)
  const moment = delayedSince
    ? words.delayed(instant(delayedSince), instant(content.asOf))
    : words.asOf(instant(content.asOf))
  return `<mjml lang="${content.language === 'zh' ? 'zh-CN' : 'en'}">
  <mj-head>
    <mj-title>${e(content.title)}</mj-title>
    <mj-preview>${e(
      content.headlines
        .slice(0, 3)
        .map((kpi) => `${kpi.label} ${kpi.text}`)
        .join(' · '),
    )}</mj-preview>
    <mj-attributes>
      <mj-all font-family="'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif" color="${colours.ink}" />
      <mj-text font-size="14px" line-height="1.5" padding="4px 24px" />
      <mj-table font-size="13px" padding="4px 24px" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="${colours.page}" width="680px">
    <mj-section background-color="#ffffff" padding="20px 0 8px">
      <mj-column>
        <mj-text font-size="22px" font-weight="700">${e(content.title)}</mj-text>
        <mj-text color="${colours.faint}">${e(words.period(instant(content.window.from), instant(content.window.to), content.zone))}<br />${e(moment)}</mj-text>
        <mj-table>${content.headlines.map((kpi) => headline(kpi, links, words)).join('')}</mj-table>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" padding="8px 0">
      <mj-column>
        <mj-text font-size="16px" font-weight="700">${e(content.chart.title)}</mj-text>
        ${isEmpty(content.chart) ? `<mj-text color="${colours.faint}">${e(words.noData)}</mj-text>` : `<mj-image src="${e(imageSource)}" alt="${e(words.chartAlt(content.chart.title))}" href="${e(links.board())}" width="632px" padding="4px 24px" />`}
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff" padding="8px 0 20px">
      <mj-column>
        <mj-text font-size="16px" font-weight="700">${e(content.orders.title)} <span style="font-weight:400">${anchor(links.mark(content.orders.all), words.ofTotal(content.orders.rows.length, content.orders.all.n), colours.link)}</span></mj-text>
        ${content.orders.rows.length === 0 ? `<mj-text color="${colours.faint}">${e(words.noOrders)}</mj-text>` : `<mj-table>${orderTable(content, links)}</mj-table>`}
        <mj-button href="${e(links.board())}" background-color="${colours.link}" color="#ffffff" font-size="14px" padding="16px 24px 4px">${e(words.open)}</mj-button>
      </mj-column>
    </mj-section>
    <mj-section padding="8px 0"><mj-column><mj-text font-size="12px" color="${colours.faint}">${e(words.why(recipient))}</mj-text></mj-column></mj-section>
  </mj-body>
</mjml>`
}

function headline(kpi: KpiModel, links: Links, words: (typeof mailWords)['en']): string {
  const mood = kpi.change
    ? { good: colours.good, bad: colours.bad, neutral: colours.faint }[kpi.change.mood]
    : colours.faint
  const change = kpi.change
    ? `${anchor(kpi.previous ? links.mark(kpi.previous) : links.board(), `${arrows[kpi.change.direction]} ${kpi.change.text}`, mood)} <span style="color:${colours.faint}">${e(words.against)}</span>`
    : `<span style="color:${colours.faint}">${e(words.noComparison)}</span>`
  return `<tr style="border-bottom:1px solid ${colours.line}"><td style="padding:8px 0">${e(kpi.label)}</td><td style="padding:8px;text-align:right;font-size:17px;font-weight:700">${anchor(links.mark(kpi.mark), kpi.text, colours.link)}</td><td style="padding:8px 0">${change}</td></tr>`
}

export const arrows = { up: '▲', down: '▼', flat: '■' } as const

function orderTable({ orders }: ReportContent, links: Links): string {
  const cell = 'padding:6px 8px 6px 0;white-space:nowrap'
  const head = orders.columns
    .map((column) => `<th style="${cell};text-align:left;color:${colours.faint};font-weight:400">${e(column)}</th>`)
    .join('')
  const rows = orders.rows.map((row) => {
    const cells = row.cells.map(
      (text, i) =>
        `<td style="${i === orders.link ? 'padding:6px 8px 6px 0;overflow-wrap:anywhere' : cell}">${i === orders.link ? anchor(links.order(row.orderId), text, colours.link) : e(text)}</td>`,
    )
    return `<tr style="border-top:1px solid ${colours.line}">${cells.join('')}</tr>`
  })
  return `<tr>${head}</tr>${rows.join('')}`
}

function anchor(href: string, text: string, colour: string): string {
  return `<a href="${e(href)}" style="color:${colour}">${e(text)}</a>`
}
