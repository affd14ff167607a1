import { computed, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Filter } from '#api/contract/metrics.ts'
import type { IncidentRow } from '#api/contract/incidents.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import { client } from '#portal/api/client.ts'
import { useFormat } from '#portal/format/use-format.ts'
import { useCatalogue } from '#portal/stores/catalogue.ts'
import { useIncidentName } from '../incident/use-incident-name.ts'
import { describeFilters } from './describe.ts'

/** Filters in the reader's words. An incident is asked for: its id says nothing to anybody. */
export function useFilterWords(where: () => readonly Filter[]) {
  const { t } = useI18n()
  const { language, moment } = useFormat()
  const { nameOf } = useIncidentName()
  const catalogue = useCatalogue()
  /** Null for one that is no more. */
  const incidents = shallowRef<ReadonlyMap<string, IncidentRow | null>>(new Map())

  watch(
    () => where().flatMap(({ dimension, values }) => (dimension === 'incident' ? values : [])),
    async (ids) => {
      const asked = ids.filter((id) => id !== '' && !incidents.value.has(id))
      if (asked.length === 0) return
      const found = await Promise.all(
        asked.map((id) =>
          client.incident(id).then(
            (page) => page.incident,
            () => null,
          ),
        ),
      )
      incidents.value = new Map([...incidents.value, ...asked.map((id, i) => [id, found[i] ?? null] as const)])
    },
    { immediate: true },
  )

  function valueOf(dimension: string, value: string): string {
    if (dimension !== 'incident' || value === '') return valueLabel(dimension, value, language.value)
    const incident = incidents.value.get(value)
    if (incident === undefined) return '…'
    if (incident === null) return t('incidents.gone')
    return t('incidents.named', { name: nameOf(incident), time: moment(incident.started_at) })
  }

  return computed(() =>
    describeFilters(where(), {
      label: (name) => catalogue.dimensionLabel(name, language.value),
      value: valueOf,
      separator: language.value === 'zh' ? '、' : ', ',
    }),
  )
}
