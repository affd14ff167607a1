import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Fraction,
  type Group,
  fraction,
  plus,
  rateOf,
  ratioPartsOf,
  steps,
  stepsAddingUpTo,
  totalOf,
} from './contribution.ts'

const MILLION = 1_000_000n
const measured = fc
  .tuple(fc.bigInt({ min: 0n, max: 500n }), fc.bigInt({ min: 0n, max: 500n }))
  .map(([a, b]) => (a < b ? { above: a, n: b } : { above: b, n: a }))
const group = fc.record({ key: fc.string(), before: measured, after: measured })
const table = fc
  .array(group, { minLength: 1, maxLength: 12 })
  .filter((groups) => totalOf(groups, 'before').n > 0n && totalOf(groups, 'after').n > 0n)

const same = (a: Fraction, b: Fraction): boolean => a.over * b.under === b.over * a.under
const negative = ({ over, under }: Fraction): Fraction => fraction(-over, under)
const sum = (fractions: readonly Fraction[]): Fraction => fractions.reduce(plus, fraction(0n))
const changeOf = (groups: readonly Group[]): Fraction =>
  plus(rateOf(totalOf(groups, 'after')), negative(rateOf(totalOf(groups, 'before'))))

describe('rate and mix of a share', () => {
  test('add up to the change, exactly', () => {
    fc.assert(
      fc.property(table, (groups) =>
        same(sum(ratioPartsOf(groups).flatMap(({ rate, mix }) => [rate, mix])), changeOf(groups)),
      ),
      { numRuns: 500 },
    )
  })

  test('only turn their signs when before and after change places', () => {
    fc.assert(
      fc.property(table, (groups) => {
        const swapped = groups.map(({ key, before, after }) => ({ key, before: after, after: before }))
        const back = ratioPartsOf(swapped)
        return ratioPartsOf(groups).every(
          ({ rate, mix }, n) => same(rate, negative(back[n]?.rate ?? rate)) && same(mix, negative(back[n]?.mix ?? mix)),
        )
      }),
    )
  })

  test('are all mix where no group changed its rate, and all rate where none changed its weight', () => {
    const grown: Group[] = [
      { key: 'good', before: { above: 1n, n: 10n }, after: { above: 1n, n: 10n } },
      { key: 'bad', before: { above: 5n, n: 10n }, after: { above: 15n, n: 30n } },
    ]
    expect(ratioPartsOf(grown).every(({ rate }) => rate.over === 0n)).toBe(true)
    // The bad group grew from a half to three quarters, the good one shrank: either raised the share.
    expect(ratioPartsOf(grown).map(({ mix }) => mix.over > 0n)).toEqual([true, true])
    const worse: Group[] = [
      { key: 'a', before: { above: 1n, n: 10n }, after: { above: 4n, n: 20n } },
      { key: 'b', before: { above: 5n, n: 10n }, after: { above: 10n, n: 20n } },
    ]
    expect(ratioPartsOf(worse).map(({ rate, mix }) => [steps(rate, MILLION), steps(mix, MILLION)])).toEqual([
      [50_000n, 0n],
      [0n, 0n],
    ])
  })

  test('of a group that came new are mix alone', () => {
    const [, fresh] = ratioPartsOf([
      { key: 'old', before: { above: 1n, n: 10n }, after: { above: 1n, n: 10n } },
      { key: 'new', before: { above: 0n, n: 0n }, after: { above: 9n, n: 10n } },
    ])
    expect(fresh?.rate.over).toBe(0n)
    expect(fresh === undefined ? 0n : steps(fresh.mix, MILLION)).toBe(300_000n)
  })
})

test('what is told of the parts adds up to what is told of the change, each within a step of its own', () => {
  fc.assert(
    fc.property(table, (groups) => {
      const parts = ratioPartsOf(groups).flatMap(({ rate, mix }) => [rate, mix])
      const total = steps(rateOf(totalOf(groups, 'after')), MILLION) - steps(rateOf(totalOf(groups, 'before')), MILLION)
      const told = stepsAddingUpTo(total, parts, MILLION)
      expect(told.reduce((a, b) => a + b, 0n)).toBe(total)
      for (const [n, part] of parts.entries()) {
        const off = (told[n] ?? 0n) - steps(part, MILLION)
        expect(off >= -1n && off <= 1n).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('halves go up, also below zero', () => {
  expect(
    [fraction(5n, 10n), fraction(-5n, 10n), fraction(-15n, 10n), fraction(14n, 10n)].map((f) => steps(f, 1n)),
  ).toEqual([1n, 0n, -1n, 1n])
})
