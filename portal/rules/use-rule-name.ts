import { useI18n } from 'vue-i18n'
import { useFormat } from '#portal/format/use-format.ts'
import { valueLabel } from '#dashboards/charts/words.ts'

/** A rule may have numbers of its own for a way to pay, a stage of the work, or a way to find it. */
const WAYS = /_(wallet|bank|begun|packed|reuse)$/

/** What a rule is called, in this reader's language. */
export function useRuleName(): (rule: string) => string {
  const { t } = useI18n()
  const { language } = useFormat()
  return (rule) => {
    const way = WAYS.exec(rule)?.[1]
    const name = valueLabel('anomaly_type', rule.replace(WAYS, ''), language.value)
    return way === undefined ? name : t(`rules.ways.${way}`, { name })
  }
}
