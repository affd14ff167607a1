/** From a report and one recipient to a message. */
import { renderChart } from '../../mail/chart-image.ts'
import { oneLine, type Address, type Message } from '../../mail/message.ts'
import { isEmpty } from '#dashboards/charts/model.ts'
import type { ReportDefinition } from '#dashboards/report.ts'
import type { RowScope } from '#transforms/query/request.ts'
import { ApiError } from '../../errors.ts'
import { writeContent, type ReportContent } from './content.ts'
import { createLinks } from './links.ts'
import { writeHtml } from './mail-html.ts'
import { writeText } from './mail-text.ts'
import type { Numbers } from './numbers.ts'
import type { StoredReport } from './report-store.ts'

export type ComposeDeps = {
  readonly numbers: Numbers
  readonly definitions: readonly ReportDefinition[]
  /** Where the portal is, as a reader's browser sees it. */
  readonly baseUrl: string
  /** How charts become pictures; tests that look at no picture draw none. */
  readonly draw?: typeof renderChart
}

/** A report computed for one scope, with its picture. Recipients of equal scope share it. */
export type Rendering = { content: ReportContent; image: Buffer | null; delayedSince: string | null }

const imageSize = { width: 632, height: 320 }

export async function render(
  deps: ComposeDeps,
  report: StoredReport,
  at: { asOf: Date; scope: RowScope; delayedSince: Date | null },
): Promise<Rendering> {
  const definition = deps.definitions.find((candidate) => candidate.slug === report.definition)
  if (!definition)
    throw new ApiError('unknown_name', `no report definition is named '${report.definition}'`, {
      reason: 'name_unknown',
      parts: { came: report.definition },
    })
  const { title, language, zone, where } = report
  const content = await writeContent(deps.numbers, {
    definition,
    title,
    language,
    zone,
    where,
    asOf: at.asOf.toISOString(),
    scope: at.scope,
  })
  const image = isEmpty(content.chart) ? null : await (deps.draw ?? renderChart)(content.chart, language, imageSize)
  return { content, image, delayedSince: at.delayedSince?.toISOString() ?? null }
}

export async function compose(
  deps: ComposeDeps,
  rendering: Rendering,
  envelope: { messageId: string; from: Address; to: Address; date: Date },
): Promise<Message> {
  const { content, image, delayedSince } = rendering
  const cid = `chart.${envelope.messageId.slice(1, -1)}`
  const view = {
    content,
    links: createLinks(deps.baseUrl, content),
    delayedSince,
    recipient: envelope.to.address,
    imageSource: `cid:${cid}`,
  }
  return {
    ...envelope,
    subject: subjectOf(content),
    html: await writeHtml(view),
    text: writeText(view),
    images: image ? [{ cid, filename: 'chart.png', content: image }] : [],
  }
}

/** The HTML part as a page, its picture inside. */
export async function preview(deps: ComposeDeps, rendering: Rendering, recipient: string): Promise<string> {
  const { content, image, delayedSince } = rendering
  const imageSource = image ? `data:image/png;base64,${image.toString('base64')}` : ''
  return writeHtml({ content, links: createLinks(deps.baseUrl, content), delayedSince, recipient, imageSource })
}

export function subjectOf(content: Pick<ReportContent, 'title' | 'asOf' | 'zone'>): string {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: content.zone, dateStyle: 'short' }).format(
    Date.parse(content.asOf),
  )
  return oneLine(`${content.title} ${date}`)
}
