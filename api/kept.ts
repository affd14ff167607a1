/** Answers of the last minutes, for while the warehouse is away: in this process, for the same question and the same scope. */
import type { RowScope } from '#transforms/query/request.ts'
import { isAway } from '#warehouse/errors.ts'

export const KEPT_ANSWERS_MS = 15 * 60_000

export type Kept<T> = {
  /** Reads; who says so is given what was kept where the warehouse is away. Null is nothing, and is not kept. */
  answer(
    asked: { readonly scope: RowScope; readonly question: unknown; readonly orKept: boolean },
    read: () => Promise<T | null>,
  ): Promise<(T & { readonly kept_at?: string }) | null>
}

export function createKept<T extends object>({ now, most }: { now: () => Date; most: number }): Kept<T> {
  /** The oldest first. */
  const answers = new Map<string, { readonly value: T; readonly at: Date }>()
  const isOld = ({ at }: { readonly at: Date }): boolean => now().getTime() - at.getTime() > KEPT_ANSWERS_MS

  const keep = (key: string, value: T | null): void => {
    answers.delete(key)
    if (value !== null) answers.set(key, { value, at: now() })
    for (const [oldest, one] of answers) {
      if (answers.size <= most && !isOld(one)) break
      answers.delete(oldest)
    }
  }

  return {
    async answer({ scope, question, orKept }, read) {
      if (!orKept) return read()
      const key = JSON.stringify([scope, question])
      try {
        const value = await read()
        keep(key, value)
        return value
      } catch (cause) {
        const kept = isAway(cause) ? answers.get(key) : undefined
        if (kept === undefined || isOld(kept)) throw cause
        return { ...kept.value, kept_at: kept.at.toISOString() }
      }
    },
  }
}
