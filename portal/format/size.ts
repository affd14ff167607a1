/** Bytes as people name them: thousands, as disks are sold. */
import type { Language } from '#dashboards/charts/context.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

export function size(bytes: number, language: Language): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const value = bytes / 1_000 ** step
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const unit = units[step]
  // Below a kilobyte the languages' own short form is the whole word.
  if (unit === undefined || step === 0) return `${new Intl.NumberFormat(locale).format(Math.round(bytes))} B`
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value)
}
