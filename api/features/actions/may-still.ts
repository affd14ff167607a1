/** Whether a person may do it as of a transaction: what was allowed when the order was looked at may be so no more. */
import type { Knex } from 'knex'
import type { ActionRefusal, LegalAction } from '../../contract/actions.ts'
import { may } from '../../contract/permissions.ts'
import type { Principal } from '../../feature.ts'
import { isKeyHeld } from '../keys/keys.ts'
import { aboveLimit, holdPerson, spentBefore } from './allowance.ts'

const PERMISSION = { cancel_order: 'orders.cancel', refund_payment: 'payments.refund' } as const

type Asked = {
  readonly person: Pick<Principal, 'id' | 'key'>
  readonly buyerId: string
  readonly legal: Pick<LegalAction, 'kind' | 'amount' | 'currency'>
  readonly at: Date
  /** An action that is written already and must not count against itself. */
  readonly besides?: string
}

/** Holds the person and the customer until the transaction ends. */
export async function refusalNow(
  trx: Knex.Transaction,
  { person, buyerId, legal, at, besides }: Asked,
): Promise<ActionRefusal | null> {
  const holder = await holdPerson(trx, person.id, buyerId)
  if (holder === null || !may({ ...holder, key: person.key }, PERMISSION[legal.kind])) return 'role_may_not'
  if (person.key !== undefined && !(await isKeyHeld(trx, person.key.id, at))) return 'role_may_not'
  if (legal.kind !== 'refund_payment') return null
  const whose = {
    personId: person.id,
    buyerId,
    currency: legal.currency,
    at,
    ...(besides !== undefined && { besides }),
  }
  return aboveLimit(legal.amount, holder, await spentBefore(trx, whose))
}
