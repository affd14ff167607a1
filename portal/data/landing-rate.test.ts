import { expect, it } from 'vitest'
import { prepareRate, rateOption } from './landing-rate.ts'

const words = { landed: 'Landed', derived: 'Derived', clock: (at: string) => at.slice(11, 16) }

it('is per minute whatever the step', () => {
  const model = prepareRate(
    { step_s: 300, buckets: [{ at: '2026-01-01T00:05:00Z', landed: 600, derived: 300 }] },
    words,
  )
  expect(model).toMatchObject({ isEmpty: false, rows: [{ label: '00:05', landed: 120, derived: 60 }] })
  const option = rateOption(model, 'dark', 'en')
  expect(option.series).toMatchObject([
    { name: 'Landed', data: [120] },
    { name: 'Derived', data: [60] },
  ])
})

it('is empty when nothing came', () => {
  const rate = { step_s: 60, buckets: [{ at: '2026-01-01T00:05:00Z', landed: 0, derived: 0 }] }
  expect(prepareRate(rate, words).isEmpty).toBe(true)
})
