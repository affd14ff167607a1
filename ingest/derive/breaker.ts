/**
 * Stops the derivation of a topic when too much of it is rejected: a wrong deployment of a producer should be one decision of
 * an operator and not a million dead letters. Landing goes on; what was not derived is derived when the breaker closes.
 */

export type BreakerRules = {
  /** Rejected share of the window above which the breaker opens. */
  readonly share: number
  readonly windowMs: number
  /** Fewer messages than this in the window decide nothing. */
  readonly minimum: number
  /** How long an operator's word keeps it closed. */
  readonly heldMs: number
}

export const BREAKER_RULES: BreakerRules = { share: 0.2, windowMs: 300_000, minimum: 500, heldMs: 3_600_000 }

export type Verdict = { readonly isOpen: boolean; readonly messages: number; readonly rejected: number }

type Entry = { readonly atMs: number; readonly messages: number; readonly rejected: number }
type Topic = { window: Entry[]; isOpen: boolean; heldUntilMs: number }

export type Breaker = {
  isOpen(topic: string): boolean
  /** Takes what a derivation found, and says what that makes of the topic. While open, each record is a probe. */
  record(topic: string, messages: number, rejected: number, nowMs: number): Verdict
  open(topic: string): void
  /** An operator's word: derived whatever is rejected, for a while. */
  hold(topic: string, nowMs: number): void
}

export function createBreaker(rules: BreakerRules = BREAKER_RULES): Breaker {
  const topics = new Map<string, Topic>()
  const of = (name: string): Topic => {
    const topic = topics.get(name) ?? { window: [], isOpen: false, heldUntilMs: 0 }
    topics.set(name, topic)
    return topic
  }
  return {
    isOpen: (name) => topics.get(name)?.isOpen ?? false,
    record(name, messages, rejected, nowMs) {
      const topic = of(name)
      if (topic.isOpen) {
        if (rejected <= messages * rules.share) Object.assign(topic, { isOpen: false, window: [] })
        return { isOpen: topic.isOpen, messages, rejected }
      }
      topic.window = [
        ...topic.window.filter(({ atMs }) => atMs > nowMs - rules.windowMs),
        { atMs: nowMs, messages, rejected },
      ]
      const sum = { messages: 0, rejected: 0 }
      for (const entry of topic.window) {
        sum.messages += entry.messages
        sum.rejected += entry.rejected
      }
      topic.isOpen =
        nowMs >= topic.heldUntilMs && sum.messages >= rules.minimum && sum.rejected > sum.messages * rules.share
      return { isOpen: topic.isOpen, ...sum }
    },
    open(name) {
      of(name).isOpen = true
    },
    hold(name, nowMs) {
      Object.assign(of(name), { isOpen: false, window: [], heldUntilMs: nowMs + rules.heldMs })
    },
  }
}
