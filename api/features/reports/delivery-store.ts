/** One row per occurrence and recipient: what was handed over, and what is known of it. */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'

export type DeliveryRow = {
  id: string
  occurrence_id: string
  recipient: string
  message_id: string
  state: 'queued' | 'sending' | 'sent' | 'in_doubt' | 'failed'
  transport: 'file' | 'smtp'
  subject: string
  doubts: number
  attempts: number
  created_at: Date
  sent_at: Date | null
  detail: string
}

/** The same occurrence and recipient are the same delivery for ever, and so have the same Message-ID. */
export function deliveryIdOf(occurrenceId: string, recipient: string): string {
  const hex = createHash('sha256').update(`${occurrenceId} ${recipient}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

export function messageIdOf(deliveryId: string, senderAddress: string): string {
  return `<${deliveryId}@orderlens.${senderAddress.slice(senderAddress.lastIndexOf('@') + 1)}>`
}

export async function ensureDeliveries(
  knex: Knex,
  occurrenceId: string,
  recipients: readonly string[],
  { transport, sender, now }: { transport: 'file' | 'smtp'; sender: string; now: Date },
): Promise<DeliveryRow[]> {
  for (const recipient of recipients) {
    const id = deliveryIdOf(occurrenceId, recipient)
    await knex('report_deliveries')
      .insert({
        id,
        occurrence_id: occurrenceId,
        recipient,
        message_id: messageIdOf(id, sender),
        state: 'queued',
        transport,
        created_at: now,
      })
      .onConflict(['occurrence_id', 'recipient'])
      .ignore()
  }
  return knex<DeliveryRow>('report_deliveries').where({ occurrence_id: occurrenceId }).orderBy('recipient')
}

/**
 * A mail that was being handed over when its worker went away: nobody knows whether it was accepted. Once, it is sent
 * again with the same Message-ID; after a second time it stays in doubt.
 */
export async function markDoubts(knex: Knex, occurrenceId: string): Promise<void> {
  await knex('report_deliveries')
    .where({ occurrence_id: occurrenceId, state: 'sending' })
    .update({
      state: 'in_doubt',
      doubts: knex.raw('doubts + 1'),
      detail: 'the service stopped while this was being handed over',
    })
}

export function isOpen(delivery: Pick<DeliveryRow, 'state' | 'doubts'>): boolean {
  return delivery.state === 'queued' || (delivery.state === 'in_doubt' && delivery.doubts <= 1)
}

/** Commits that a mail is about to be handed over; false when another worker has it or the occurrence was lost. */
export async function beginSending(
  knex: Knex,
  id: string,
  { owner, subject }: { owner: string; subject: string },
): Promise<boolean> {
  const begun = await knex('report_deliveries')
    .where({ id })
    .whereIn('state', ['queued', 'in_doubt'])
    .whereExists(
      (held) =>
        void held
          .select(knex.raw('1'))
          .from('report_occurrences as o')
          .whereRaw('o.id = report_deliveries.occurrence_id')
          .where({ 'o.lease_owner': owner, 'o.state': 'running' }),
    )
    .update({ state: 'sending', subject, attempts: knex.raw('attempts + 1') })
  return begun === 1
}

export async function endSending(
  knex: Knex,
  id: string,
  outcome: Partial<Pick<DeliveryRow, 'state' | 'detail' | 'sent_at' | 'doubts'>>,
): Promise<void> {
  await knex('report_deliveries').where({ id, state: 'sending' }).update(outcome)
}

export async function failUnsent(knex: Knex, id: string, detail: string): Promise<void> {
  await knex('report_deliveries')
    .where({ id })
    .whereIn('state', ['queued', 'in_doubt'])
    .update({ state: 'failed', detail })
}
