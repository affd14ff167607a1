import { useI18n } from 'vue-i18n'

/** Words for why an action is refused; a code this version does not know is shown rather than hidden. */
export function useWhyNot(): (code: string) => string {
  const i18n = useI18n()
  const { t } = i18n
  return (code) => (i18n.te(`action.why.${code}`) ? t(`action.why.${code}`) : t('action.why.other', { code }))
}
