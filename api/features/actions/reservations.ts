/** Money set aside on a payment: what is reserved, refunded by us and refunded elsewhere never exceeds what was captured. */
import type { Knex } from 'knex'

export type Reservation = {
  readonly orderId: string
  readonly paymentId: string
  readonly currency: string
  readonly captured: number
  readonly elsewhere: number
  readonly amount: number
}

/** False when the payment has not that much left. One guarded statement decides, whoever else is trying. */
export async function reserve(
  trx: Knex.Transaction,
  { orderId, paymentId, currency, captured, elsewhere, amount }: Reservation,
): Promise<boolean> {
  await trx('payment_reservations')
    .insert({ order_id: orderId, payment_id: paymentId, currency, captured })
    .onConflict(['order_id', 'payment_id'])
    .ignore()
  const changed = await trx('payment_reservations')
    .where({ order_id: orderId, payment_id: paymentId, currency })
    .whereRaw('reserved + refunded + greatest(elsewhere, ?::bigint) + ?::bigint <= captured', [elsewhere, amount])
    .update({
      reserved: trx.raw('reserved + ?::bigint', [amount]),
      elsewhere: trx.raw('greatest(elsewhere, ?::bigint)', [elsewhere]),
    })
  return changed === 1
}

/** Ends a reservation: the money left, or it is free again. */
export async function endReservation(
  trx: Knex.Transaction,
  of: { orderId: string; paymentId: string; amount: number },
  end: 'refunded' | 'released',
): Promise<void> {
  const { orderId, paymentId, amount } = of
  await trx('payment_reservations')
    .where({ order_id: orderId, payment_id: paymentId })
    .update({
      reserved: trx.raw('reserved - ?::bigint', [amount]),
      refunded: trx.raw('refunded + ?::bigint', [end === 'refunded' ? amount : 0]),
    })
}
