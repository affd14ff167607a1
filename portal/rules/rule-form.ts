/** A rule as somebody fills it in: amounts in whole money, times by the reader's clock, allowances in a unit they chose. */
import { ANY, WALL_CLOCK } from '#api/contract/rule-any.ts'
import type { RuleProposal, RuleVersion } from '#api/contract/rules.ts'
import { instantOfLocal, localMs } from '#dashboards/charts/zone.ts'

export const dimensions = ['channel', 'region', 'payment_method', 'carrier', 'product_category'] as const
export type Dimension = (typeof dimensions)[number]
export const units = { minutes: 60, hours: 3_600, days: 86_400 } as const
export type UnitName = keyof typeof units

export type RuleForm = Record<Dimension, string> & {
  rule: string
  currency: string
  amountFrom: string
  amountUntil: string
  promotion: string
  calendar: string
  allowance: number | undefined
  unit: UnitName
  atRiskPercent: number | undefined
  escalateFactor: number | undefined
  tolerance: number | undefined
  limit: number | undefined
  windowMinutes: number | undefined
  validFrom: string
  validUntil: string
  note: string
}

/** What a form opens with: the rule as it stands; where it is a default, one that is new. */
export function formOf(rule: RuleVersion, zone: string, nowMs: number): RuleForm {
  const unit = unitOf(rule.allowance_s)
  const any = (value: string): string => (value === ANY ? '' : value)
  return {
    rule: rule.rule,
    channel: any(rule.channel),
    region: any(rule.region),
    payment_method: any(rule.payment_method),
    carrier: any(rule.carrier),
    product_category: any(rule.product_category),
    currency: any(rule.currency),
    amountFrom: rule.amount_from === 0 ? '' : String(rule.amount_from / minorPer(rule.currency)),
    amountUntil: rule.amount_until === null ? '' : String(rule.amount_until / minorPer(rule.currency)),
    promotion: any(rule.promotion),
    calendar: rule.calendar,
    allowance: rule.allowance_s / units[unit],
    unit,
    atRiskPercent: Math.round(rule.at_risk_share * 100),
    escalateFactor: rule.escalate_factor,
    tolerance: rule.tolerance_minor,
    limit: rule.limit_count,
    windowMinutes: rule.window_s / 60,
    validFrom: toLocal(nowMs, zone),
    validUntil: '',
    note: rule.is_own ? rule.threshold_source : '',
  }
}

export function unitOf(seconds: number): UnitName {
  if (seconds > 0 && seconds % units.days === 0) return 'days'
  return seconds > 0 && seconds % units.hours === 0 ? 'hours' : 'minutes'
}

/** Which numbers a rule has a use for; the others stay as the default has them. */
export function usesOf({ allowance_s, kind, limit_count, window_s, rule }: RuleVersion) {
  const hasPromise = kind !== ''
  return {
    allowance: hasPromise || allowance_s > 0,
    levels: hasPromise,
    tolerance: rule === 'payment_amount_mismatch',
    limit: limit_count > 0,
    window: window_s > 0,
  }
}

type Of = { readonly base: RuleVersion; readonly isRetired: boolean; readonly zone: string }

export function proposalOf(form: RuleForm, { base, isRetired, zone }: Of): RuleProposal {
  const uses = usesOf(base)
  const named = (value: string): string => (value === '' ? ANY : value)
  const amount = (text: string): number | null =>
    text.trim() === '' ? null : Math.round(Number(text) * minorPer(form.currency))
  return {
    draft: {
      rule: form.rule,
      channel: named(form.channel),
      region: named(form.region),
      payment_method: named(form.payment_method),
      carrier: named(form.carrier),
      product_category: named(form.product_category),
      currency: named(form.currency),
      amount_from: amount(form.amountFrom) ?? 0,
      amount_until: amount(form.amountUntil),
      promotion: named(form.promotion),
      calendar: form.calendar === '' ? WALL_CLOCK : form.calendar,
      allowance_s: uses.allowance ? Math.round((form.allowance ?? 0) * units[form.unit]) : null,
      at_risk_share: uses.levels ? (form.atRiskPercent ?? 0) / 100 : null,
      escalate_factor: uses.levels ? (form.escalateFactor ?? 1) : null,
      tolerance_minor: uses.tolerance ? (form.tolerance ?? 0) : null,
      limit_count: uses.limit ? (form.limit ?? 1) : null,
      window_s: uses.window ? Math.round((form.windowMinutes ?? 0) * 60) : null,
      valid_from: fromLocal(form.validFrom, zone) ?? '',
      valid_until: fromLocal(form.validUntil, zone),
      note: form.note,
    },
    rule_row: base.is_own ? base.rule_row : null,
    expected_version: base.is_own ? base.version : 0,
    is_retired: isRetired,
  }
}

/** `2026-11-27T08:00`, as a field for date and time has it. */
export const toLocal = (instantMs: number, zone: string): string =>
  new Date(localMs(instantMs, zone)).toISOString().slice(0, 16)

function fromLocal(text: string, zone: string): string | null {
  const local = Date.parse(`${text}Z`)
  return Number.isNaN(local) ? null : new Date(instantOfLocal(local, zone)).toISOString()
}

function minorPer(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 100
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  return 10 ** maximumFractionDigits
}
