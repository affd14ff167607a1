import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ActionBody, OrderActions } from '#api/contract/actions.ts'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { useProblem } from '#portal/api/use-problem.ts'
import { useSession } from '#portal/stores/session.ts'
import { accepted, actionOf, forget, intend, isSettled, recallAll, type Intention } from './intention.ts'

/** Sends decisions so that each is carried out once, and remembers those whose outcome is not known yet. */
export function useIntentions(orderId: () => string, found: () => OrderActions | undefined, changed: () => void) {
  const { t } = useI18n()
  const session = useSession()
  const problemOf = useProblem()
  const busy = ref(false)
  const problem = ref('')
  const version = ref(0)

  const actionBehind = (intention: Intention) => actionOf(intention, found()?.actions ?? [], session.person?.id ?? '')

  /** Decided here, not answered, and not among the order's actions: the only case a person is asked about. */
  const unsettled = computed<Intention[]>(() => {
    void version.value
    if (found() === undefined || busy.value) return []
    return recallAll(sessionStorage, orderId()).filter(
      (one) => one.action_id === undefined && actionBehind(one) === undefined,
    )
  })

  /** A key is kept until its outcome is known, and not longer. */
  watch(
    found,
    () => {
      for (const intention of recallAll(sessionStorage, orderId())) {
        const action = actionBehind(intention)
        if (action !== undefined && isSettled(action)) forget(sessionStorage, intention)
        else if (action !== undefined && intention.action_id === undefined)
          accepted(sessionStorage, intention, action.id)
      }
      version.value += 1
    },
    { immediate: true },
  )

  /** True when the server has taken the request; false leaves the reason in `problem`. */
  async function send(intention: Intention): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = ''
    try {
      const action = await client.act(intention.order_id, intention.key, intention.body)
      accepted(sessionStorage, intention, action.id)
      return true
    } catch (cause) {
      const error = cause instanceof ApiError ? cause : new ApiError(0, 'offline', String(cause))
      if (error.code === 'idempotency_in_flight') return true
      // A refusal is an outcome; everything else leaves open what happened, so the key is kept.
      const open = error.retryable || error.status === 401
      if (!open) forget(sessionStorage, intention)
      problem.value = open ? t('action.unsettled') : problemOf(error)
      return false
    } finally {
      busy.value = false
      version.value += 1
      changed()
    }
  }

  const submit = (body: ActionBody): Promise<boolean> => send(intend(sessionStorage, orderId(), body, new Date()))
  return { busy, problem, unsettled, submit, again: send }
}
