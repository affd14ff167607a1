/** How much money a person may still move: in one action, in a day of theirs, and for one customer. */
import type { Knex } from 'knex'
import type { ActionRefusal } from '../../contract/actions.ts'
import type { Person } from '../../contract/session.ts'

const DAY_MS = 86_400_000
/** How long what a customer was given counts. */
const CUSTOMER_MS = 30 * DAY_MS

export type Limits = Pick<Person, 'money_limit' | 'money_limit_day' | 'money_limit_customer'>
/** What was moved before, in minor units of one currency, without what failed. */
export type Spent = { readonly day: number; readonly customer: number }
export const NOTHING_SPENT: Spent = { day: 0, customer: 0 }

type Whose = {
  readonly personId: string
  readonly buyerId: string
  readonly currency: string
  readonly at: Date
  /** An action that does not count. */
  readonly besides?: string
}

/** By this person within the last 24 hours; and by anybody for this customer within the last 30 days. */
export async function spentBefore(knex: Knex, { personId, buyerId, currency, at, besides }: Whose): Promise<Spent> {
  const moved = (sinceMs: number) =>
    knex('actions')
      .where({ currency })
      .whereNot({ state: 'failed' })
      .where('amount', '>', 0)
      .where('requested_at', '>', new Date(at.getTime() - sinceMs))
      .modify((found) => besides !== undefined && void found.whereNot({ id: besides }))
      .sum<{ total: string | null }[]>({ total: 'amount' })
  const [[day], [customer]] = await Promise.all([
    moved(DAY_MS).where({ requested_by: personId }),
    buyerId === '' ? [] : moved(CUSTOMER_MS).where({ buyer_id: buyerId }),
  ])
  return { day: Number(day?.total ?? 0), customer: Number(customer?.total ?? 0) }
}

/** Why an amount is more than this person may move now; null when it is not. */
export function aboveLimit(amount: number, limits: Limits, spent: Spent): ActionRefusal | null {
  if (amount > limits.money_limit) return 'above_limit'
  if (limits.money_limit_day !== null && spent.day + amount > limits.money_limit_day) return 'above_day_limit'
  if (limits.money_limit_customer !== null && spent.customer + amount > limits.money_limit_customer)
    return 'above_customer_limit'
  return null
}

/**
 * Reads a person's role and limits as they are now and holds them, and the customer, until the transaction ends: two actions
 * at once cannot both count as the first, and no change of the person comes between. Null when the person is disabled.
 */
export async function holdPerson(
  trx: Knex.Transaction,
  personId: string,
  buyerId: string,
): Promise<(Limits & Pick<Person, 'role'>) | null> {
  // Not `for update`: the action's own rows point at the person, and two that hold that could never both go on.
  const row = await trx('people').where({ id: personId }).whereNull('disabled_at').forNoKeyUpdate().first()
  if (row === undefined) return null
  if (buyerId !== '') await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 2))', [buyerId])
  return {
    role: row.role,
    money_limit: Number(row.money_limit),
    money_limit_day: row.money_limit_day === null ? null : Number(row.money_limit_day),
    money_limit_customer: row.money_limit_customer === null ? null : Number(row.money_limit_customer),
  }
}
