/** A proposal as the rule it would become, and who may make it one. */
import type { z } from 'zod'
import type { ruleProposalSchema } from '../../contract/rules.ts'
import type { Person } from '../../contract/session.ts'
import type { ShopRule } from '#transforms/rules/shop-rule.ts'
import { seesAll } from '#transforms/query/request.ts'
import { ApiError } from '../../errors.ts'

export type Proposal = z.output<typeof ruleProposalSchema>

/** What a new rule is called until it is saved. */
const PROPOSED = 'proposed'

export function asRule(proposal: Proposal, person: Person, at: Date): ShopRule {
  return {
    ...proposal.draft,
    rule_row: proposal.rule_row ?? PROPOSED,
    version: proposal.expected_version + 1,
    is_retired: proposal.is_retired,
    saved_by: person.id,
    saved_by_name: person.name,
    saved_at: at.toISOString(),
  }
}

/** A threshold is for the orders of everybody, whoever may see them. */
export const mayChange = ({ scope }: Person): boolean => seesAll(scope)

export function requireMayChange(person: Person): void {
  if (!mayChange(person))
    throw new ApiError('not_allowed', 'rules hold for the orders of everybody; your scope does not', {
      reason: 'all_rows_needed',
    })
}
