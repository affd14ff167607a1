import { useI18n } from 'vue-i18n'
import type { IncidentRow } from '#api/contract/incidents.ts'
import { useFormat } from '#portal/format/use-format.ts'

/** What an incident is called, and its money, in the reader's words. */
export function useIncidentName() {
  const { t } = useI18n()
  const { word, money } = useFormat()
  return {
    nameOf: (one: Pick<IncidentRow, 'anomaly_type' | 'cause_kind' | 'cause'>): string =>
      t('incidents.name', {
        kind: word('cause_kind', one.cause_kind),
        cause: one.cause,
        type: word('anomaly_type', one.anomaly_type),
      }),
    /** Amounts of several currencies stand side by side; they are never added up. */
    exposureOf: (one: Pick<IncidentRow, 'exposure'>): string =>
      one.exposure.map(({ amount, currency }) => money(amount, currency)).join(' + ') || '–',
  }
}
