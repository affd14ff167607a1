/** Instants in the reader's language and zone, where a table or a timeline needs them shorter or longer than a chart does. */
import type { Language } from '#dashboards/charts/context.ts'

export interface Reader {
  language: Language
  zone: string
}

const gap = '–'
const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }
const cache = new Map<string, Intl.DateTimeFormat>()

function dateFormat({ language, zone }: Reader, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${JSON.stringify(options)}`
  let format = cache.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locales[language], { timeZone: zone, hourCycle: 'h23', ...options })
    cache.set(key, format)
  }
  return format
}

export type Instant = string | number | null | undefined

function known(instant: Instant): number | undefined {
  const value = typeof instant === 'string' ? Date.parse(instant) : instant
  return value === null || value === undefined || Number.isNaN(value) ? undefined : value
}

/** Day and minute; the year only when it is not the current one. */
export function moment(instant: Instant, reader: Reader, now = Date.now()): string {
  const value = known(instant)
  if (value === undefined) return gap
  const year = (at: number): string => dateFormat(reader, { year: 'numeric' }).format(at)
  const other = year(value) === year(now) ? {} : { year: 'numeric' as const }
  return dateFormat(reader, { ...other, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(
    value,
  )
}

/** Everything, to the second, with the zone: for hints and for comparing systems. */
export function exactMoment(instant: Instant, reader: Reader): string {
  const value = known(instant)
  if (value === undefined) return gap
  const text = dateFormat(reader, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(value)
  // Said last in every language: Chinese formats would put it between the day and the time.
  const zone = dateFormat(reader, { timeZoneName: 'short' })
    .formatToParts(value)
    .find((part) => part.type === 'timeZoneName')
  return `${text} ${zone?.value ?? reader.zone}`
}

export function clock(instant: Instant, reader: Reader): string {
  const value = known(instant)
  return value === undefined
    ? gap
    : dateFormat(reader, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(value)
}

/** Hour and minute alone: for the places of an axis within a day. */
export function hourMinute(instant: Instant, reader: Reader): string {
  const value = known(instant)
  return value === undefined ? gap : dateFormat(reader, { hour: '2-digit', minute: '2-digit' }).format(value)
}

export function day(instant: Instant, reader: Reader): string {
  const value = known(instant)
  return value === undefined
    ? gap
    : dateFormat(reader, { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }).format(value)
}

const spans: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** “5 minutes ago”, “in 2 hours”. */
export function relative(instant: Instant, language: Language, now: number): string {
  const value = known(instant)
  if (value === undefined) return gap
  const difference = value - now
  const [unit, size] = spans.find(([, ms]) => Math.abs(difference) >= ms) ?? (['second', 1_000] as const)
  return new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto', style: 'short' }).format(
    Math.trunc(difference / size),
    unit,
  )
}
