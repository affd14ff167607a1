/** Every event type we accept. To add one: put it into its family's file; it appears here, in the SQL and in the JSON Schema. */
import type { EventContract, SubjectRule } from './contract.ts'
import { costContracts } from './cost.ts'
import { couponContracts } from './coupon.ts'
import { disputeContracts } from './dispute.ts'
import { expectationContracts } from './expectation.ts'
import type { EventFieldName } from './fields.ts'
import { fulfillmentContracts } from './fulfillment.ts'
import { inventoryContracts } from './inventory.ts'
import { operationContracts } from './operation.ts'
import { orderContracts } from './order.ts'
import { ownContracts } from './own.ts'
import { paymentContracts } from './payment.ts'
import { refundContracts } from './refund.ts'
import { returnContracts } from './return.ts'
import { reviewContracts } from './review.ts'
import { shipmentContracts } from './shipment.ts'

export const eventContracts: ReadonlyMap<string, EventContract> = new Map(
  [
    ...orderContracts,
    ...paymentContracts,
    ...refundContracts,
    ...disputeContracts,
    ...costContracts,
    ...fulfillmentContracts,
    ...shipmentContracts,
    ...inventoryContracts,
    ...couponContracts,
    ...operationContracts,
    ...returnContracts,
    ...expectationContracts,
    ...ownContracts,
    ...reviewContracts,
  ].map((contract) => [contract.type, contract]),
)

export type ContractRow = {
  readonly type: string
  readonly subject: SubjectRule
  readonly required: readonly EventFieldName[]
}

/** The contracts as plain rows, for the statement that turns landed bytes into events. */
export function contractRows(): ContractRow[] {
  return [...eventContracts.values()].map(({ type, subject, required }) => ({ type, subject, required }))
}

/** The data fields an event type must carry; empty for a type we do not know. */
export function requiredFields(type: string): readonly EventFieldName[] {
  return eventContracts.get(type)?.required ?? []
}
