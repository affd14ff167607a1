/** What moved a metric, ready to read: parts in printed steps that add up to the printed change. */
import { fraction, stepsAddingUpTo } from '#transforms/query/contribution.ts'
import type { ExplainResult, Explanation, Unit } from '#transforms/query/request.ts'
import type { Language } from './context.ts'
import { formatChange, formatValue } from './format.ts'
import type { Mark, MarkDrill } from './model.ts'
import { others, valueLabel } from './words.ts'

export type ExplanationRow = {
  id: string
  label: string
  change: string
  /** Null where a part is not divided: of counts and sums. */
  rate: string | null
  mix: string | null
  /** Of the widest bar, signed. */
  length: number
  before: ExplanationSide
  after: ExplanationSide
}
export type ExplanationSide = { text: string; mark: Mark }
export type ExplanationModel = {
  dimension: string
  before: ExplanationSide
  after: ExplanationSide
  /** Null where either side has nothing to measure. */
  change: string | null
  direction: 'up' | 'down' | 'flat'
  isDivided: boolean
  rows: ExplanationRow[]
  total: { rate: string | null; mix: string | null }
}

/** What is printed is told in these steps to one of the metric's own unit: hundredths of a percentage point, whole seconds. */
const STEPS: Record<Unit, number> = { count: 1, money: 1, share: 10_000, seconds: 1, number: 100 }
/** Parts arrive in steps of a millionth. */
const EXACT = 1_000_000

export function prepareExplanation(
  result: ExplainResult,
  explanation: Explanation,
  language: Language,
): ExplanationModel {
  const { unit, currency } = result
  const form = { unit, currency, language }
  const { dimension, change, contributions, rest } = explanation
  const parts = [...contributions, ...(rest === null ? [] : [rest])]
  const isDivided = parts.some(({ rate }) => rate !== null)
  const effects = isDivided ? parts.flatMap(({ rate, mix }) => [rate ?? 0, mix ?? 0]) : parts.map((one) => one.change)
  const told = stepsOf(effects, change ?? 0, STEPS[unit])
  const print = (steps: number): string => formatChange(steps / STEPS[unit], form)
  const own = parts.map((_, i) =>
    isDivided ? { rate: told[2 * i] ?? 0, mix: told[2 * i + 1] ?? 0 } : { rate: told[i] ?? 0, mix: 0 },
  )
  const widest = Math.max(...own.map(({ rate, mix }) => Math.abs(rate + mix)), 1)
  const side = (of: 'before' | 'after', one: Sides): ExplanationSide => {
    const { value, n } = one[of]
    return { text: formatValue(value, form), mark: { value, n, drill: drillOf(one.drill[of]) } }
  }
  const sum = (pick: (one: { rate: number; mix: number }) => number): string =>
    print(own.reduce((all, one) => all + pick(one), 0))
  return {
    dimension,
    before: side('before', explanation),
    after: side('after', explanation),
    change: change === null ? null : sum(({ rate, mix }) => rate + mix),
    direction: change === null || change === 0 ? 'flat' : change > 0 ? 'up' : 'down',
    isDivided,
    total: isDivided ? { rate: sum(({ rate }) => rate), mix: sum(({ mix }) => mix) } : { rate: null, mix: null },
    rows: parts
      .map((part, i) => ({ part, ...(own[i] ?? { rate: 0, mix: 0 }) }))
      .map(({ part, rate, mix }, i) => ({
        id: contributions[i] === undefined ? '…' : (contributions[i].value ?? ''),
        label:
          contributions[i] === undefined
            ? `${others[language]} (${rest?.values ?? 0})`
            : valueLabel(dimension, contributions[i].value ?? '', language),
        change: print(rate + mix),
        rate: isDivided ? print(rate) : null,
        mix: isDivided ? print(mix) : null,
        length: (rate + mix) / widest,
        before: side('before', part),
        after: side('after', part),
      })),
  }
}

/** The parts in printed steps, together exactly the printed change. */
function stepsOf(parts: readonly number[], total: number, perOne: number): number[] {
  const whole = BigInt(Math.round(total * perOne))
  const exact = parts.map((part) => fraction(BigInt(Math.round(part * EXACT)), BigInt(EXACT)))
  return parts.length === 0 ? [] : stepsAddingUpTo(whole, exact, BigInt(perOne)).map(Number)
}

type Sides = Pick<Explanation, 'before' | 'after' | 'drill'>
type DrillRequest = Explanation['contributions'][number]['drill']['before']

function drillOf({ metric, where, zone, from, to, as_of, time_basis }: DrillRequest): MarkDrill {
  return {
    metric,
    where,
    zone,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(as_of !== undefined && { as_of }),
    ...(time_basis !== undefined && { time_basis }),
  }
}
