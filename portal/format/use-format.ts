import { computed } from 'vue'
import type { Unit } from '#api/contract/metrics.ts'
import { formatDuration, formatValue } from '#dashboards/charts/format.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import { wordOf, type WordKind } from '#portal/i18n/words.ts'
import { usePreferences } from '#portal/stores/preferences.ts'
import { clock, day, exactMoment, hourMinute, moment, relative, type Instant } from './time.ts'

/** Numbers, instants and codes in this reader's form; re-renders when language or zone change. */
export function useFormat() {
  const preferences = usePreferences()
  const language = computed(() => preferences.language)
  return {
    language,
    moment: (at: Instant) => moment(at, preferences.reader),
    exact: (at: Instant) => exactMoment(at, preferences.reader),
    clock: (at: Instant) => clock(at, preferences.reader),
    time: (at: Instant) => hourMinute(at, preferences.reader),
    day: (at: Instant) => day(at, preferences.reader),
    relative: (at: Instant, now: number) => relative(at, preferences.language, now),
    money: (minor: number | null, currency: string | null) =>
      formatValue(minor, { unit: 'money', currency, language: preferences.language }),
    count: (value: number | null) =>
      formatValue(value, { unit: 'count', currency: null, language: preferences.language }),
    value: (value: number | null, unit: Unit, currency: string | null) =>
      formatValue(value, { unit, currency, language: preferences.language }),
    /** A headline: long amounts are cut to what a glance takes in. */
    headline: (value: number | null, unit: Unit, currency: string | null) =>
      formatValue(
        value,
        { unit, currency, language: preferences.language },
        Math.abs(value ?? 0) >= (unit === 'money' ? 10_000_000 : 1_000_000) ? 'short' : 'full',
      ),
    /** A cell of a narrow table: amounts without their cents. */
    short: (value: number | null, unit: Unit, currency: string | null) =>
      formatValue(
        value,
        { unit, currency, language: preferences.language },
        unit === 'money' && Math.abs(value ?? 0) >= 1_000_000 ? 'short' : 'full',
      ),
    span: (seconds: number) => formatDuration(seconds, preferences.language),
    word: (kind: WordKind, code: string) => wordOf(kind, code, preferences.language),
    /** Of a list that is open: what has no name of ours is called as its source calls it. */
    name: (dimension: string, value: string) => valueLabel(dimension, value, preferences.language),
  }
}
