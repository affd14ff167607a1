/** Saves a tried proposal as a version: checked against what is saved now, with its entry in the audit. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Person } from '../../contract/session.ts'
import type { RuleBook } from '#transforms/rules/rule-book.ts'
import type { ShopRule } from '#transforms/rules/shop-rule.ts'
import { ApiError } from '../../errors.ts'
import { appendAudit } from '../audit/audit.ts'
import { type Proposal, asRule } from './proposal.ts'

type Deps = { readonly rules: RuleBook; readonly knex: Knex; readonly now: () => Date }
type Given = { readonly person: Person; readonly proposal: Proposal; readonly trial_id: string }

const ORDERS = [
  'rule',
  'channel',
  'region',
  'payment_method',
  'carrier',
  'product_category',
  'currency',
  'amount_from',
  'amount_until',
  'promotion',
] as const
type OfOrders = Pick<ShopRule, (typeof ORDERS)[number]>

const isForSameOrders = (a: OfOrders, b: OfOrders): boolean => ORDERS.every((name) => a[name] === b[name])

export async function saveProposal(
  { rules, knex, now }: Deps,
  { person, proposal, trial_id }: Given,
): Promise<ShopRule> {
  const proposed = asRule(proposal, person, now())
  await rules.check(proposed)
  if (!(await rules.wasTried(trial_id, proposed)))
    throw new ApiError('conflict', 'this is not what the back-test was about; run it again for what you want to save')
  return knex.transaction(async (trx) => {
    const rule: ShopRule = {
      ...proposed,
      rule_row: proposal.rule_row ?? `${proposed.rule}:${randomUUID().slice(0, 8)}`,
    }
    // The entry comes first: writers of the audit queue, so two saves never read the same version.
    await appendAudit(trx, {
      at: now(),
      person,
      verb: rule.is_retired ? 'rule.retired' : 'rule.saved',
      subject: `rule/${rule.rule_row}`,
      detail: { version: rule.version, trial_id, ...proposal.draft },
    })
    await refuseOutdated(rules, proposal, rule)
    await rules.save(rule)
    return rule
  })
}

async function refuseOutdated(rules: RuleBook, proposal: Proposal, rule: ShopRule): Promise<void> {
  if (proposal.rule_row === null) {
    const [twin] = (await rules.versions()).filter((one) => one.is_own && isForSameOrders(one, rule))
    if (twin !== undefined)
      throw new ApiError('conflict', `there is a rule for these orders already, ${twin.rule_row}; change that one`, {
        reason: 'rule_exists',
      })
    return
  }
  const [latest] = await rules.saved(proposal.rule_row)
  if (latest === undefined)
    throw new ApiError(
      'invalid_input',
      `there is no rule ${proposal.rule_row} of the shop; leave rule_row out to set a new one`,
      { reason: 'rule_missing' },
    )
  if (latest.version !== proposal.expected_version)
    throw new ApiError(
      'conflict',
      `${latest.saved_by_name} saved version ${latest.version} of this rule meanwhile; look at it, then propose again`,
      { reason: 'rule_saved_meanwhile', parts: { name: latest.saved_by_name, version: latest.version } },
    )
  if (!isForSameOrders(latest, rule))
    throw new ApiError('invalid_input', 'the orders a rule is for stay the same; retire this one and set another', {
      reason: 'rule_orders_fixed',
    })
}
