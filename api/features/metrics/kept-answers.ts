/**
 * Answers to boards, kept for while the warehouse is away. They are found by the question and by what who asks may see, so that
 * nobody is given what was counted for others; a window that goes up to now may have moved with the clock since, and the answer
 * says which one it was counted in. Each process keeps its own.
 */
import type { Door } from '#transforms/query/door.ts'
import type { MetricAnswer, MetricQuery, RowScope } from '#transforms/query/request.ts'
import { isAway } from '#warehouse/errors.ts'
import type { CountedIn } from '../../contract/metrics.ts'
import { KEPT_ANSWERS_MS } from '../../kept.ts'

export type Answered = {
  readonly results: readonly MetricAnswer[]
  readonly data_as_of: string
  /** Of answers that were kept: since when, and what they were asked for. */
  readonly kept?: { readonly at: string; readonly requests: readonly MetricQuery[] }
}
type Kept = Answered & {
  readonly key: string
  readonly atMs: number
  readonly requests: readonly MetricQuery[]
  readonly bytes: number
}

export type KeptAnswersOptions = {
  readonly door: Pick<Door, 'ask' | 'dataAsOf'>
  readonly now: () => Date
  readonly most?: { readonly ms: number; readonly askings: number; readonly bytes: number }
}

const MOST = { ms: KEPT_ANSWERS_MS, askings: 500, bytes: 32 * 1024 * 1024 }
/** Clocks of browsers differ from ours, and an asking takes its time. */
const SLACK_MS = 10_000

export function createKeptAnswers({ door, now, most = MOST }: KeptAnswersOptions) {
  /** The oldest first. */
  let askings: Kept[] = []
  let bytes = 0

  const drop = (isDropped: (one: Kept) => boolean): void => {
    askings = askings.filter((one) => !isDropped(one))
    bytes = askings.reduce((sum, one) => sum + one.bytes, 0)
  }

  const keep = (key: string, requests: readonly MetricQuery[], answered: Answered): void => {
    const atMs = now().getTime()
    const mine = { ...answered, key, requests, atMs, bytes: sizeOf(answered.results) }
    drop((one) => atMs - one.atMs > most.ms || isSameQuestion(one, mine))
    if (mine.bytes > most.bytes) return
    askings.push(mine)
    bytes += mine.bytes
    while (askings.length > most.askings || bytes > most.bytes) bytes -= askings.shift()?.bytes ?? 0
  }

  const find = (key: string, requests: readonly MetricQuery[]): Kept | undefined => {
    const atMs = now().getTime()
    return askings.findLast((one) => atMs - one.atMs <= most.ms && isSameQuestion(one, { key, requests, atMs }))
  }

  return {
    /** Asks the warehouse; who says so is given what was kept where it is away. */
    async ask(requests: readonly MetricQuery[], scope: RowScope, orKept: boolean): Promise<Answered> {
      const read = async (): Promise<Answered> => {
        const [results, data_as_of] = await Promise.all([
          Promise.all(requests.map((one) => door.ask(one, scope))),
          door.dataAsOf(),
        ])
        return { results, data_as_of }
      }
      if (!orKept) return read()
      const key = JSON.stringify([scope, requests.map(withoutMoments)])
      try {
        const answered = await read()
        keep(key, requests, answered)
        return answered
      } catch (cause) {
        const found = isAway(cause) ? find(key, requests) : undefined
        if (found === undefined) throw cause
        const { results, data_as_of } = found
        return { results, data_as_of, kept: { at: new Date(found.atMs).toISOString(), requests: found.requests } }
      }
    },
  }
}

export const countedIn = ({ from, to, as_of }: MetricQuery): CountedIn => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(as_of !== undefined && { as_of }),
})

const withoutMoments = ({ from, to, as_of, ...rest }: MetricQuery): unknown => [
  rest,
  [from, to, as_of].map((moment) => moment !== undefined),
]

/** The same but for moments that moved with the clock, by no more than has passed. */
function isSameQuestion(
  before: Pick<Kept, 'key' | 'requests' | 'atMs'>,
  later: Pick<Kept, 'key' | 'requests' | 'atMs'>,
) {
  if (before.key !== later.key) return false
  const passed = later.atMs - before.atMs + SLACK_MS
  const moments = ({ from, to, as_of }: MetricQuery) => [from, to, as_of]
  const [was, is] = [before.requests.flatMap(moments), later.requests.flatMap(moments)]
  return was.every((moment, index) => {
    const other = is[index]
    if (moment === undefined || other === undefined) return moment === other
    return Math.abs(Date.parse(other) - Date.parse(moment)) <= passed
  })
}

/** About what an answer takes; written out to be weighed, each would cost more than it is worth. */
function sizeOf(results: readonly MetricAnswer[]): number {
  const rows = results.flatMap(({ keys, rows: own, others, compared }) => [
    { n: own.length + (compared?.rows.length ?? 0), keys: keys.length },
    { n: others?.rows.length ?? 0, keys: others?.keys.length ?? 0 },
  ])
  return rows.reduce((sum, { n, keys }) => sum + n * (80 + keys * 40), 1_000 * results.length)
}
