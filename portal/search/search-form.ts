/** What a search is narrowed to, as somebody chooses it: one of each, amounts in whole money of the currency beside them. */
import { minorPer } from '#portal/rules/rule-form.ts'

export type SearchForm = {
  channel: string
  region: string
  order_status: string
  /** '' for any order, 'open' for any that is open, else a type. */
  anomaly: string
  /** Placed in the last so many days; 0 for ever. */
  days: number
  currency: string
  amountFrom: string
  amountUntil: string
}

export const emptySearch = (): SearchForm => ({
  channel: '',
  region: '',
  order_status: '',
  anomaly: '',
  days: 0,
  currency: '',
  amountFrom: '',
  amountUntil: '',
})

/** How many things it is narrowed by. */
export function narrowedBy(form: SearchForm): number {
  const { days, amountFrom, amountUntil, ...texts } = form
  return (
    Object.values({ ...texts, amount: amountFrom.trim() + amountUntil.trim() }).filter(Boolean).length +
    Number(days > 0)
  )
}

const DAY = 86_400_000

/** As the API is asked; an amount is one only with its currency. */
export function searchQuery(form: SearchForm, now: number): Record<string, string | number | undefined> {
  const amount = (text: string): number | undefined =>
    form.currency === '' || text.trim() === '' || !(Number(text) >= 0)
      ? undefined
      : Math.round(Number(text) * minorPer(form.currency))
  return {
    channel: form.channel,
    region: form.region,
    order_status: form.order_status,
    currency: form.currency,
    ...(form.anomaly === 'open' ? { anomaly: 'open' } : { anomaly_type: form.anomaly }),
    // By the minute, so that the same question is the same address for a while.
    created_from:
      form.days === 0 ? undefined : new Date(Math.floor((now - form.days * DAY) / 60_000) * 60_000).toISOString(),
    amount_from: amount(form.amountFrom),
    amount_to: amount(form.amountUntil),
  }
}
