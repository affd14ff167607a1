/** `npm run models -- what-if`: what promises and anomalies would have been with another threshold. Nothing is saved. */
import { type Part, PARTS, partSchema } from '#transforms/rules/outcome.ts'
import { createRuleBook } from '#transforms/rules/rule-book.ts'
import { type RuleDraft, ruleDraftSchema } from '#transforms/rules/shop-rule.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { openForReading } from '../query/open.ts'

export type WhatIf = {
  rule: string
  allowance?: string
  atRisk?: string
  calendar?: string
  channel?: string
  region?: string
  paymentMethod?: string
  carrier?: string
  productCategory?: string
  from: string
  to?: string
  zone: string
  orders?: string
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
const MOST_ORDERS = 1_000

export async function tellWhatIf(
  env: Record<string, string | undefined>,
  asked: WhatIf,
  nowMs: number,
): Promise<string> {
  const draft = draftOf(asked, nowMs)
  const part = asked.orders === undefined ? undefined : partOf(asked.orders)
  const warehouse = await openForReading(env)
  try {
    const book = createRuleBook(warehouse)
    const at = new Date(nowMs).toISOString()
    const saved = { version: 1, is_retired: false, saved_by: '', saved_by_name: '', saved_at: at }
    const window = { from: instantOf('--from', asked.from), to: instantOf('--to', asked.to ?? at) }
    const trialId = await book.tryOut({ rule: { ...draft, rule_row: 'what-if', ...saved }, ...window, by: '' })
    if (part !== undefined) {
      const page = { part, zone: asked.zone, limit: MOST_ORDERS }
      const { rows } = await book.trialOrders(trialId, unrestricted, page)
      return [...new Set(rows.map(({ order_id }) => order_id))].join('\n')
    }
    const trial = await book.trial(trialId, unrestricted, asked.zone)
    if (trial === null) throw new Error('the trial that was just made is gone')
    const lines = Object.keys(PARTS).map((name) => {
      const { orders, cases } = trial.parts[name as Part]
      return `${name.padEnd(18)}${String(orders).padStart(10)}${String(cases).padStart(10)}`
    })
    const money = trial.money.map(
      ({ currency, now, then }) => `money in ${currency}: ${now} now, ${then} then (minor units)`,
    )
    const head = `${'part'.padEnd(18)}${'orders'.padStart(10)}${'cases'.padStart(10)}`
    return [`${trial.orders} orders looked at in ${trial.ms} ms`, '', head, ...lines, '', ...money].join('\n')
  } finally {
    await warehouse.close()
  }
}

/** The shape is the one of a rule of the shop, so that what was tried here can be saved there. */
function draftOf(asked: WhatIf, nowMs: number): RuleDraft {
  const { rule, calendar, channel, region, paymentMethod, carrier, productCategory } = asked
  const given = { calendar, channel, region, payment_method: paymentMethod, carrier, product_category: productCategory }
  const parsed = ruleDraftSchema.safeParse({
    rule,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    allowance_s: asked.allowance === undefined ? null : secondsOf(asked.allowance),
    at_risk_share: asked.atRisk === undefined ? null : Number(asked.atRisk),
    valid_from: new Date(nowMs).toISOString(),
  })
  if (parsed.success) return parsed.data
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

export function secondsOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? []
  if (amount === undefined || unit === undefined)
    throw new Error(`expected an allowance such as 30m, 24h or 2d, found '${text}'`)
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS])
}

function partOf(text: string): Part {
  const part = partSchema.safeParse(text)
  if (part.success) return part.data
  throw new Error(`there is no part '${text}'; there are ${Object.keys(PARTS).join(', ')}`)
}

function instantOf(option: string, text: string): string {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Error(`${option}: expected a date or an instant such as 2026-11-01, found '${text}'`)
  return new Date(ms).toISOString()
}
