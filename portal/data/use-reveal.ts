import { ref } from 'vue'
import { useProblem } from '#portal/api/use-problem.ts'

/** The way to personal data: what is to be shown, then why, then the server's answer. `Place` is where a message lies. */
export function useReveal<Place, Shown>(ask: (place: Place, reason: string) => Promise<Shown>) {
  const problemOf = useProblem()
  const place = ref<Place>()
  const busy = ref(false)
  const problem = ref('')

  function open(wanted: Place): void {
    place.value = wanted
    problem.value = ''
  }
  function close(): void {
    place.value = undefined
  }
  /** What was shown; undefined when it was refused, which the dialog says. */
  async function reveal(reason: string): Promise<Shown | undefined> {
    const wanted = place.value as Place | undefined
    if (wanted === undefined) return undefined
    busy.value = true
    problem.value = ''
    try {
      const shown = await ask(wanted, reason)
      close()
      return shown
    } catch (cause) {
      problem.value = problemOf(cause)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { place, busy, problem, open, close, reveal }
}
