import { useI18n } from 'vue-i18n'

/** Words for why an action is refused; a code this version does not know is shown rather than hidden. */
export function useWhyNot(): (code: string) => string {
  const { t, te } = useI18n()
  return (code) => (te(`action.why.${code}`) ? t(`action.why.${code}`) : t('action.why.other', { code }))
}
