/** Carries the outbox out, at least once and in order per order. A message leaves the outbox only after it was taken. */
import type { Knex } from 'knex'
import { markSent } from './action-store.ts'
import { type LeasedMessage, leaseMessages, markLeft, putBack } from './outbox.ts'
import type { CommandSink, EventSink } from './sinks.ts'

export type RelayDeps = {
  readonly knex: Knex
  readonly commands: CommandSink
  readonly events: EventSink
  readonly now: () => Date
  readonly log: { warn(details: object, message: string): void }
}

const LEASE_MS = 30_000
const BATCH = 20
const SLOWEST_RETRY_MS = 60_000

/** Sends what is due; returns how many messages left. */
export async function relayOnce(deps: RelayDeps): Promise<number> {
  const messages = await leaseMessages(deps.knex, { now: deps.now(), leaseMs: LEASE_MS, limit: BATCH })
  let left = 0
  for (const message of messages) if (await pass(deps, message)) left += 1
  return left
}

async function pass({ knex, commands, events, now, log }: RelayDeps, message: LeasedMessage): Promise<boolean> {
  try {
    await (message.topic === 'command' ? commands.send(message.payload) : events.land(message.payload))
  } catch (error) {
    const waitMs = Math.min(500 * 2 ** Math.min(message.attempts, 10), SLOWEST_RETRY_MS)
    log.warn({ err: error, outbox: message.id, attempts: message.attempts }, 'outbox: not taken; kept for later')
    await putBack(knex, message.id, new Date(now().getTime() + waitMs), String(error))
    return false
  }
  const at = now()
  if (message.topic === 'command') await markSent(knex, message.messageId, at)
  await markLeft(knex, message.id, at)
  return true
}
