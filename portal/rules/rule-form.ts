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
  return {
    rule: rule.rule,
    ...perDimension((dimension) => namedOrEmpty(rule[dimension])),
    currency: namedOrEmpty(rule.currency),
    amountFrom: rule.amount_from === 0 ? '' : String(rule.amount_from / minorPer(rule.currency)),
    amountUntil: rule.amount_until === null ? '' : String(rule.amount_until / minorPer(rule.currency)),
    promotion: namedOrEmpty(rule.promotion),
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

type NumberField = {
  readonly name: 'atRiskPercent' | 'escalateFactor' | 'tolerance' | 'limit' | 'windowMinutes'
  /** Filled in where the rule uses this. */
  readonly use: keyof ReturnType<typeof usesOf>
  readonly min: number
  readonly max?: number
  readonly hint?: 'atRiskHint' | 'escalateHint'
}
/** Each is labelled `rules.form.<name>`. */
export const numberFields: readonly NumberField[] = [
  { name: 'atRiskPercent', use: 'levels', min: 0, max: 100, hint: 'atRiskHint' },
  { name: 'escalateFactor', use: 'levels', min: 1, max: 20, hint: 'escalateHint' },
  { name: 'tolerance', use: 'tolerance', min: 0 },
  { name: 'limit', use: 'limit', min: 1 },
  { name: 'windowMinutes', use: 'window', min: 0 },
]

type Of = { readonly base: RuleVersion; readonly isRetired: boolean; readonly zone: string }

export function proposalOf(form: RuleForm, { base, isRetired, zone }: Of): RuleProposal {
  const uses = usesOf(base)
  const amount = (text: string): number | null =>
    text.trim() === '' ? null : Math.round(Number(text) * minorPer(form.currency))
  return {
    draft: {
      rule: form.rule,
      ...perDimension((dimension) => namedOrAny(form[dimension])),
      currency: namedOrAny(form.currency),
      amount_from: amount(form.amountFrom) ?? 0,
      amount_until: amount(form.amountUntil),
      promotion: namedOrAny(form.promotion),
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

/** A rule for any value has a sign for it; in the form the field is empty. */
const namedOrEmpty = (value: string): string => (value === ANY ? '' : value)
const namedOrAny = (value: string): string => (value === '' ? ANY : value)

function perDimension(read: (dimension: Dimension) => string): Record<Dimension, string> {
  // Safe: the keys are all of them.
  return Object.fromEntries(dimensions.map((dimension) => [dimension, read(dimension)])) as Record<Dimension, string>
}

/** `2026-11-27T08:00`, as a field for date and time has it. */
export const toLocal = (instantMs: number, zone: string): string =>
  new Date(localMs(instantMs, zone)).toISOString().slice(0, 16)

function fromLocal(text: string, zone: string): string | null {
  const local = Date.parse(`${text}Z`)
  return Number.isNaN(local) ? null : new Date(instantOfLocal(local, zone)).toISOString()
}

export function minorPer(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 100
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  return 10 ** maximumFractionDigits
}
