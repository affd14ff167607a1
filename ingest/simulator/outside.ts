/** The simulator as the systems outside: carries out commands once, whatever happens, and answers with events. */
import type { Envelope } from '#ingest/contracts/index.ts'
import { reactTo } from './answers.ts'
import { type Command, commandSchema } from './command.ts'
import type { ScheduledEvent } from './delivery.ts'
import type { Answer, HandledCommand, Journal, Suppression } from './journal.ts'
import { readFacts } from './order-facts.ts'
import type { Store } from './store.ts'

export type CommandOutcome =
  | { readonly kind: 'handled' | 'repeated'; readonly events: readonly Envelope[] }
  | { readonly kind: 'rejected'; readonly reason: string }

export type Delivery = { readonly offset: bigint; readonly answer: Answer }

export type Outside = {
  /** Identity of the stream of answers. */
  readonly epoch: string
  /** Resolves when the command is remembered for ever. Never rejects because of what the command says. */
  handleCommand(command: unknown): Promise<CommandOutcome>
  /** Answers that are due, each with the offset it keeps. Offsets only ever grow. */
  takeDue(nowMs: number): Promise<Delivery[]>
  isSuppressed(orderId: string, event: ScheduledEvent): boolean
  /** Calls back whenever a command was handled, so that delivery need not wait for its next turn. */
  onHandled(listener: () => void): void
}

/** `landedOffset`: the highest offset of an answer that landed; later ones are delivered again. */
export function createOutside(options: {
  store: Store
  journal: Journal
  now: () => number
  landedOffset?: bigint | null
}): Outside {
  const { store, journal, now } = options
  const landedOffset = options.landedOffset ?? -1n
  const suppressions = new Map<string, Suppression[]>()
  const answered = new Map<string, Envelope[]>()
  const waiting: Answer[] = []
  const again: Delivery[] = []
  const running = new Map<string, Promise<CommandOutcome>>()
  const listeners: (() => void)[] = []
  let nextOffset = landedOffset + 1n

  const remember = (entry: HandledCommand): void => {
    const { order_id } = entry.command
    answered.set(order_id, [...(answered.get(order_id) ?? []), ...entry.answers.map((answer) => answer.envelope)])
    suppressions.set(order_id, [...(suppressions.get(order_id) ?? []), ...entry.suppressions])
  }
  for (const entry of journal.handled.values()) {
    remember(entry)
    for (const answer of entry.answers) {
      const offset = journal.offsets.get(answer.envelope.id)
      if (offset === undefined) waiting.push(answer)
      else if (offset > landedOffset) again.push({ offset, answer })
      if (offset !== undefined && offset >= nextOffset) nextOffset = offset + 1n
    }
  }
  again.sort((a, b) => (a.offset < b.offset ? -1 : 1))

  const isSuppressed = (orderId: string, event: ScheduledEvent): boolean =>
    (suppressions.get(orderId) ?? []).some(
      (each) =>
        event.atMs > each.fromMs && (each.field === undefined || event.envelope.data[each.field] === each.value),
    )

  const carryOut = async (command: Command): Promise<CommandOutcome> => {
    const nowMs = now()
    const order = store.orderById(command.order_id)
    const happened =
      order?.events
        .filter((event) => event.atMs <= nowMs && !isSuppressed(command.order_id, event))
        .map((event) => event.envelope) ?? []
    const facts = readFacts(command.order_id, [...happened, ...(answered.get(command.order_id) ?? [])])
    const entry: HandledCommand = { command, atMs: nowMs, ...reactTo({ command, order, facts, nowMs }) }
    await journal.recordHandled(entry)
    remember(entry)
    waiting.push(...entry.answers)
    for (const listener of listeners) listener()
    return { kind: 'handled', events: entry.answers.map((answer) => answer.envelope) }
  }

  // Commands of one order one after the other: the second must see what the first did.
  const byOrder = new Map<string, Promise<unknown>>()
  const inTurn = (command: Command): Promise<CommandOutcome> => {
    const turn = (byOrder.get(command.order_id) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => carryOut(command))
    byOrder.set(command.order_id, turn)
    const settle = (): void => {
      running.delete(command.command_id)
      if (byOrder.get(command.order_id) === turn) byOrder.delete(command.order_id)
    }
    turn.then(settle, settle)
    running.set(command.command_id, turn)
    return turn
  }

  return {
    epoch: journal.id,
    isSuppressed,
    onHandled: (listener) => void listeners.push(listener),
    async handleCommand(message) {
      const parsed = commandSchema.safeParse(message)
      if (!parsed.success) {
        const [issue] = parsed.error.issues
        return {
          kind: 'rejected',
          reason: `${issue?.path.join('.') || 'command'}: ${issue?.message ?? 'not a command'}`,
        }
      }
      const { command_id } = parsed.data
      const known = journal.handled.get(command_id)
      if (known !== undefined) return { kind: 'repeated', events: known.answers.map((answer) => answer.envelope) }
      const underway = running.get(command_id)
      if (underway === undefined) return inTurn(parsed.data)
      const outcome = await underway
      return outcome.kind === 'handled' ? { ...outcome, kind: 'repeated' } : outcome
    },
    async takeDue(nowMs) {
      const due = waiting.filter((answer) => answer.emitAtMs <= nowMs).sort((a, b) => a.emitAtMs - b.emitAtMs)
      const numbered = due.map((answer, index): Delivery => ({ offset: nextOffset + BigInt(index), answer }))
      if (numbered.length > 0) {
        await journal.recordOffsets(numbered.map(({ offset, answer }) => [answer.envelope.id, offset]))
        nextOffset += BigInt(numbered.length)
        for (const answer of due) waiting.splice(waiting.indexOf(answer), 1)
      }
      return [...again.splice(0), ...numbered]
    },
  }
}
