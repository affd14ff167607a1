/** The sentences of a report e-mail. */
import type { Language } from '#dashboards/charts/context.ts'

type Words = {
  period(from: string, to: string, zone: string): string
  asOf(instant: string): string
  delayed(due: string, asOf: string): string
  against: string
  noComparison: string
  noData: string
  noOrders: string
  ofTotal(shown: number, total: number): string
  open: string
  chartAlt(title: string): string
  why(recipient: string): string
}

export const mailWords: Record<Language, Words> = {
  en: {
    period: (from, to, zone) => `${from} to ${to} (${zone})`,
    asOf: (instant) => `Numbers as of ${instant}.`,
    delayed: (due, asOf) => `Delayed: this report was due ${due}. Its numbers are as of ${asOf}.`,
    against: 'against the period before',
    noComparison: 'no comparison',
    noData: 'Nothing to draw: no rows in this period and within what you may see.',
    noOrders: 'No such orders within what you may see.',
    ofTotal: (shown, total) => `${shown} of ${total}`,
    open: 'Open in Orderlens',
    chartAlt: (title) => `Chart: ${title}. The same numbers are in the portal, as a table too.`,
    why: (recipient) =>
      `You receive this because ${recipient} is on the recipient list of this report. It shows what your account may see.`,
  },
  zh: {
    period: (from, to, zone) => `${from} 至 ${to}（${zone}）`,
    asOf: (instant) => `数据截至 ${instant}。`,
    delayed: (due, asOf) => `延迟发送：本报告应于 ${due} 发送，数据截至 ${asOf}。`,
    against: '与上一周期相比',
    noComparison: '无可比数据',
    noData: '没有可绘制的数据：该时段内、您可查看的范围内没有记录。',
    noOrders: '您可查看的范围内没有此类订单。',
    ofTotal: (shown, total) => `共 ${total} 条，显示 ${shown} 条`,
    open: '在 Orderlens 中打开',
    chartAlt: (title) => `图表：${title}。门户中可查看相同数字，也可查看表格。`,
    why: (recipient) => `您收到此邮件，是因为 ${recipient} 在该报告的收件人列表中。内容仅限您的账号可查看的范围。`,
  },
}
