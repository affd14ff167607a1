/** What was observed of an incident's cause, against what is usual there: labels, gaps and what stands out are decided here. */
import type { Language } from './context.ts'

export type IncidentPiece = {
  readonly from: string
  readonly to: string
  readonly observed: number
  readonly expected: number | null
  readonly at_most: number | null
  readonly is_hot: boolean
}
export type IncidentBar = {
  readonly from: string
  readonly to: string
  /** Its beginning on the axis, and the whole of it. */
  readonly label: string
  readonly long_label: string
  readonly observed: number
  /** Null is a gap: nothing happened that could be compared. */
  readonly expected: number | null
  readonly at_most: number | null
  readonly is_hot: boolean
}

export function prepareIncident(
  pieces: readonly IncidentPiece[],
  { language, zone }: { language: Language; zone: string },
): IncidentBar[] {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options })
  const day = format({ month: 'short', day: 'numeric' })
  const clock = format({ hour: '2-digit', minute: '2-digit' })
  return pieces.map((piece) => {
    const [from, to] = [Date.parse(piece.from), Date.parse(piece.to)]
    return {
      ...piece,
      label: `${day.format(from)} ${clock.format(from)}`,
      long_label: `${day.format(from)} ${clock.format(from)} – ${clock.format(to)}`,
    }
  })
}
