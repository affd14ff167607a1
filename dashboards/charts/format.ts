/** Numbers, money, durations and instants in the reader's form. */
import type { Grain, Unit } from '#transforms/query/request.ts'
import type { Language } from './context.ts'

const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }
const gap = '–'

export type Form = { unit: Unit; currency: string | null; language: Language }

export function formatValue(value: number | null, form: Form, style: 'full' | 'short' = 'full'): string {
  if (value === null) return gap
  if (form.unit === 'seconds') return formatDuration(value, form.language)
  const locale = locales[form.language]
  const compact = style === 'short' ? ({ notation: 'compact', maximumFractionDigits: 1 } as const) : {}
  if (form.unit === 'share')
    return new Intl.NumberFormat(locale, {
      style: 'percent',
      maximumFractionDigits: value !== 0 && Math.abs(value) < 0.1 ? 2 : 1,
    }).format(value)
  if (form.unit === 'money') return formatMoney(value, form, compact)
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, ...compact }).format(value)
}

/** `value` is in minor units of the currency. */
function formatMoney(value: number, form: Form, options: Intl.NumberFormatOptions): string {
  const locale = locales[form.language]
  if (!form.currency || !/^[A-Z]{3}$/.test(form.currency)) return new Intl.NumberFormat(locale, options).format(value)
  const money = { style: 'currency', currency: form.currency, currencyDisplay: 'symbol' } as const
  const digits = new Intl.NumberFormat(locale, money).resolvedOptions().maximumFractionDigits ?? 2
  return new Intl.NumberFormat(locale, { ...money, ...options }).format(value / 10 ** digits)
}

/** With its sign: shares in percentage points, to the hundredth of one. */
export function formatChange(change: number, form: Form): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±'
  const size = Math.abs(change)
  if (form.unit === 'share') return `${sign}${(size * 100).toFixed(2)} ${pointsWord[form.language]}`
  return sign + formatValue(size, form)
}

export const pointsWord: Record<Language, string> = { en: 'pp', zh: '个百分点' }

const units: [seconds: number, en: string, zh: string][] = [
  [86_400, 'd', '天'],
  [3_600, 'h', '小时'],
  [60, 'min', '分'],
  [1, 's', '秒'],
]

/** The two largest units that say something: `3 d 4 h`, `12 min 5 s`. */
export function formatDuration(seconds: number, language: Language): string {
  const sign = seconds < 0 ? '−' : ''
  let rest = Math.round(Math.abs(seconds))
  const words: string[] = []
  for (const [size, en, zh] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(language === 'zh' ? `${count}${zh}` : `${count} ${en}`)
    else if (words.length > 0) break
  }
  if (words.length === 0) return language === 'zh' ? '0秒' : '0 s'
  return sign + words.slice(0, 2).join(language === 'zh' ? '' : ' ')
}

/** `short` leaves the year out: for tables of recent rows. */
export function formatInstant(
  instant: string | null,
  zone: string,
  language: Language,
  style: 'full' | 'short' = 'full',
): string {
  if (!instant) return gap
  const form: Intl.DateTimeFormatOptions =
    style === 'full'
      ? { dateStyle: 'medium', timeStyle: 'short' }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return new Intl.DateTimeFormat(locales[language], { timeZone: zone, ...form }).format(Date.parse(instant))
}

/** The axis word of a bucket, and the long one of its tooltip. */
export function bucketLabels(
  start: number,
  grain: Grain,
  zone: string,
  language: Language,
): { label: string; long_label: string } {
  const form = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locales[language], { timeZone: zone, ...options }).format(start)
  if (grain === 'hour') {
    const label = form({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return { label, long_label: `${form({ dateStyle: 'medium' })} ${label}` }
  }
  if (grain === 'month')
    return { label: form({ year: 'numeric', month: 'short' }), long_label: form({ year: 'numeric', month: 'long' }) }
  const label = form({ month: 'short', day: 'numeric' })
  const long = form({ dateStyle: 'full' })
  return { label, long_label: grain === 'week' ? (language === 'zh' ? `${long} 起一周` : `Week of ${long}`) : long }
}
