import { bucketLabels } from '#dashboards/charts/format.ts'
import { useFormat } from '#portal/format/use-format.ts'

/** Days of a calendar, which have no zone of their own, in the reader's language. */
export function useDay() {
  const { language } = useFormat()
  const locale = (): string => (language.value === 'zh' ? 'zh-CN' : 'en-GB')
  const inUtc = (at: number, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options }).format(at)
  return {
    day: (day: string): string => bucketLabels(Date.parse(day), 'day', 'UTC', language.value).long_label,
    /** 1 for Monday: the first of January 2024 was one. */
    weekday: (weekday: number): string => inUtc(Date.UTC(2024, 0, weekday), { weekday: 'short' }),
    weekdayOf: (day: string): string => inUtc(Date.parse(day), { weekday: 'short' }),
  }
}
