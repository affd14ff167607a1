/** Amounts in minor units, written in major ones. */

const decimals = new Map<string, number>()

/** `1234` fen as `12.34`, exactly; unknown currencies have two decimals. An average is no whole number and has more. */
export function majorUnits(minor: number, currency: string): string {
  const digits = decimalsOf(currency)
  if (!Number.isSafeInteger(minor)) return String(minor / 10 ** digits)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** How many decimals amounts of a currency are written with. */
export function decimalsOf(currency: string): number {
  const known = decimals.get(currency)
  if (known !== undefined) return known
  const isCode = /^[A-Z]{3}$/.test(currency)
  const digits = isCode
    ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
    : 2
  decimals.set(currency, digits)
  return digits
}
