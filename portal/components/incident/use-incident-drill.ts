import type { Filter } from '#api/contract/metrics.ts'
import { useDrill } from '#portal/stores/drill.ts'
import { usePreferences } from '#portal/stores/preferences.ts'

/** Opens the members behind a number of an incident; without a time, those of the present. */
export function useIncidentDrill() {
  const drill = useDrill()
  const preferences = usePreferences()
  return (
    id: string,
    metric: string,
    value: number,
    more: { where?: Filter[]; from?: string; to?: string; as_of?: string } = {},
  ): void => {
    const { where = [], ...when } = more
    const own: Filter = { dimension: 'incident', op: 'in', values: [id] }
    drill.open({ value, n: value, drill: { metric, zone: preferences.zone, where: [own, ...where], ...when } })
  }
}

export const inCurrency = (currency: string): Filter[] => [{ dimension: 'currency', op: 'in', values: [currency] }]
