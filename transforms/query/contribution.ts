/**
 * What each value of a dimension did to a change, exactly: parts are fractions of whole numbers, and what is told of them
 * is rounded so that the told parts still add up to the told change.
 */

/** Of a sum, `above` is the amount; of a share or an average it is what stands above the number of rows `n`. */
export type Measured = { readonly above: bigint; readonly n: bigint }
export type Group = { readonly key: string; readonly before: Measured; readonly after: Measured }

export type Fraction = { readonly over: bigint; readonly under: bigint }
/** `rate`: the value itself became better or worse. `mix`: it became a larger or smaller part of the whole. */
export type RatioParts = { readonly rate: Fraction; readonly mix: Fraction }

export const fraction = (over: bigint, under = 1n): Fraction =>
  under < 0n ? { over: -over, under: -under } : { over, under }
export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under)
const minus = (a: Fraction, b: Fraction): Fraction => plus(a, fraction(-b.over, b.under))
const times = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under)
const half = fraction(1n, 2n)
const middle = (a: Fraction, b: Fraction): Fraction => times(half, plus(a, b))

export function totalOf(groups: readonly Group[], side: 'before' | 'after'): Measured {
  return {
    above: groups.reduce((sum, group) => sum + group[side].above, 0n),
    n: groups.reduce((sum, group) => sum + group[side].n, 0n),
  }
}

/**
 * Rate and mix of every group, in the groups' order. A rate counts at the middle of the group's weights before and after,
 * a weight at the middle of its rates, as far as that is off the middle of the rates of all: so what rate and weight did
 * together falls to both in equal halves, and swapping before and after only turns the signs. A group that is missing on
 * one side has the rate of the other there, so all it does is mix. Both sides must have rows.
 */
export function ratioPartsOf(groups: readonly Group[]): RatioParts[] {
  const [before, after] = [totalOf(groups, 'before'), totalOf(groups, 'after')]
  if (before.n === 0n || after.n === 0n) throw new RangeError('a share of nothing has no parts')
  const overall = middle(rateOf(before), rateOf(after))
  return groups.map((group) => {
    const [weightBefore, weightAfter] = [fraction(group.before.n, before.n), fraction(group.after.n, after.n)]
    const rateBefore = rateOf(group.before.n === 0n ? group.after : group.before)
    const rateAfter = rateOf(group.after.n === 0n ? group.before : group.after)
    return {
      rate: times(middle(weightBefore, weightAfter), minus(rateAfter, rateBefore)),
      mix: times(minus(weightAfter, weightBefore), minus(middle(rateBefore, rateAfter), overall)),
    }
  })
}

export function rateOf({ above, n }: Measured): Fraction {
  return n === 0n ? fraction(0n) : fraction(above, n)
}

/** The nearest whole number of steps; halves go up. */
export function steps({ over, under }: Fraction, perOne: bigint): bigint {
  return floor(2n * over * perOne + under, 2n * under)
}

/**
 * Every fraction in whole steps, together exactly `total`: each is rounded down, and what is then missing goes, a step
 * each, to those that lost most, the earlier first.
 */
export function stepsAddingUpTo(total: bigint, fractions: readonly Fraction[], perOne: bigint): bigint[] {
  const parts = fractions.map(({ over, under }, index) => {
    const down = floor(over * perOne, under)
    return { index, down, lost: fraction(over * perOne - down * under, under) }
  })
  const byLoss = [...parts].sort((a, b) => compare(b.lost, a.lost) || a.index - b.index)
  const missing = total - parts.reduce((sum, { down }) => sum + down, 0n)
  const count = BigInt(parts.length)
  const each = floor(missing, count)
  const more = new Set(byLoss.slice(0, Number(missing - each * count)).map(({ index }) => index))
  return parts.map(({ down, index }) => down + each + (more.has(index) ? 1n : 0n))
}

function floor(over: bigint, under: bigint): bigint {
  const quotient = over / under
  return over % under < 0n ? quotient - 1n : quotient
}

function compare(a: Fraction, b: Fraction): number {
  const [left, right] = [a.over * b.under, b.over * a.under]
  return left < right ? -1 : left > right ? 1 : 0
}
