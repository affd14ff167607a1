import { useI18n } from 'vue-i18n'
import { useFormat } from './use-format.ts'

/** A message about a number, which stands in it as `{n}`: "1 order", "1,204 orders". English gives both forms, `one | many`. */
export function useCounted() {
  const { t } = useI18n()
  const { count } = useFormat()
  return (key: string, n: number, rest: Record<string, string> = {}): string => t(key, { n: count(n), ...rest }, n)
}
