import { useI18n } from 'vue-i18n'
import type { ErrorParts } from '#api/contract/errors.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { ApiError } from './api-error.ts'
import { useWhyNot } from '#portal/orders/use-why-not.ts'
import { wordOf } from '#portal/i18n/words.ts'

/** What went wrong, in the reader's language. The API's English says more than a code's words, and is all there is of a code nobody knows. */
export function useProblem(): (cause: unknown) => string {
  const { t, te, locale } = useI18n()
  const whyNot = useWhyNot()

  const worded = (parts: ErrorParts): Record<string, string | number> => {
    const roles = (codes: string | number) =>
      String(codes)
        .split(',')
        .map((code) => wordOf('role', code, locale.value as Language))
        .join(' / ')
    const { expected, came = '' } = parts
    return expected === undefined ? { ...parts } : { expected: roles(expected), came: roles(came) }
  }

  return (cause) => {
    if (!(cause instanceof ApiError)) return t('error.crashed')
    const { code, reason, parts, message } = cause
    if (code === 'offline') return t('error.connection')
    if (code === 'action_refused' && reason !== '') return whyNot(reason)
    if (te(`error.reason.${reason}`)) return t(`error.reason.${reason}`, worded(parts))
    return locale.value !== 'en' && te(`error.code.${code}`) ? t(`error.code.${code}`) : message
  }
}
