import { computed, onScopeDispose, ref, watch } from 'vue'
import { client, type SearchReply } from '#portal/api/client.ts'
import { emptySearch, narrowedBy, searchQuery } from './search-form.ts'

/** Long enough that a word is asked once, short enough that nobody waits. */
const PAUSE_MS = 160
const SHORTEST = 2

/** Answers as somebody types. A question that is no longer the one in the box is given up, and its answer is not shown. */
export function useSearch() {
  const text = ref('')
  const form = ref(emptySearch())
  const reply = ref<SearchReply>()
  const failure = ref<unknown>()
  const asking = ref(false)
  const question = computed(() => text.value.trim())
  const narrowed = computed(() => narrowedBy(form.value))
  const short = computed(() => question.value.length < SHORTEST && (question.value !== '' || narrowed.value === 0))
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  function stop(): void {
    clearTimeout(timer)
    running?.abort()
    running = undefined
    asking.value = false
  }

  async function ask(): Promise<void> {
    stop()
    const own = new AbortController()
    running = own
    asking.value = true
    try {
      const found = await client.search({ q: question.value, ...searchQuery(form.value, Date.now()) }, own.signal)
      if (own.signal.aborted) return
      reply.value = found
      failure.value = undefined
    } catch (cause) {
      if (own.signal.aborted) return
      reply.value = undefined
      failure.value = cause
    }
    asking.value = false
  }

  watch(
    [question, form],
    () => {
      stop()
      failure.value = undefined
      if (short.value) reply.value = undefined
      else timer = setTimeout(() => void ask(), PAUSE_MS)
    },
    { deep: true },
  )
  onScopeDispose(stop)
  return { text, form, question, narrowed, short, asking, reply, failure, ask }
}
