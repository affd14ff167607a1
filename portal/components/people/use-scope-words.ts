import type { Person } from '#api/contract/session.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import { useFormat } from '#portal/format/use-format.ts'
import { useCatalogue } from '#portal/stores/catalogue.ts'
import { partsOfScope } from './scope-parts.ts'

/** What a scope is limited to, a line for each part that is; none where everything is seen. */
export function useScopeWords(): (scope: Person['scope']) => string[] {
  const { language } = useFormat()
  const catalogue = useCatalogue()
  return (scope) =>
    partsOfScope.flatMap(({ part, dimension }) => {
      const values = scope[part]
      if (values === 'all') return []
      const shown = values.map((value) => valueLabel(dimension, value, language.value)).join(', ')
      return [`${catalogue.dimensionLabel(dimension, language.value)}: ${shown || '—'}`]
    })
}
