import { useI18n } from 'vue-i18n'
import type { IncidentRow } from '#api/contract/incidents.ts'
import { useFormat } from '#portal/format/use-format.ts'

/** What an incident is called in the reader's words. */
export function useIncidentName() {
  const { t } = useI18n()
  const { word, name } = useFormat()
  return {
    nameOf: (one: Pick<IncidentRow, 'anomaly_type' | 'cause_kind' | 'cause'>): string =>
      t('incidents.name', {
        kind: word('cause_kind', one.cause_kind),
        cause: name(one.cause_kind, one.cause),
        type: word('anomaly_type', one.anomaly_type),
      }),
  }
}
