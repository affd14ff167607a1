/**
 * What one caller may ask for in a minute, by what it costs: requests, questions of the warehouse, files. Beside the limit per
 * address, which many may share. Counted in this process.
 */
import { ApiError } from '../errors.ts'
import type { App, Cost, Principal } from '../feature.ts'

/** Of the requests per minute and address: who is alone behind one comes to these first. */
const SHARE: Readonly<Record<Cost, number>> = { read: 1 / 2, query: 1, export: 1 / 120 }
const REASON = { read: 'reads_spent', query: 'questions_spent', export: 'exports_spent' } as const
const WHAT: Readonly<Record<Cost, string>> = { read: 'requests', query: 'questions', export: 'files' }
/** Budgets that are whole again are forgotten when there are so many. */
const KEPT = 10_000
const MINUTE_MS = 60_000

export type Budgets = ReturnType<typeof createBudgets>

export function createBudgets({ perMinute, now }: { perMinute: number; now: () => Date }) {
  const spent = new Map<string, { amount: number; at: number }>()
  const mostOf = (cost: Cost) => Math.max(1, Math.floor(perMinute * SHARE[cost]))
  return {
    mostOf,
    /** Takes what is asked; where not so much is left takes nothing and returns the seconds until it is. */
    take(who: string, cost: Cost, asked: number): number | null {
      const most = mostOf(cost)
      const amount = Math.min(asked, most)
      const at = now().getTime()
      const name = `${cost} ${who}`
      const before = spent.get(name) ?? { amount: 0, at }
      const left = Math.max(0, before.amount - (Math.max(0, at - before.at) / MINUTE_MS) * most)
      const over = left + amount - most
      if (over > 0) return Math.max(1, Math.ceil((over / most) * (MINUTE_MS / 1_000)))
      if (spent.size >= KEPT) for (const [other, { at: last }] of spent) if (at - last >= MINUTE_MS) spent.delete(other)
      spent.set(name, { amount: left + amount, at })
      return null
    },
  }
}

/** After it is known who asks, and what: a request of many questions costs as many. */
export function registerBudgets(app: App, budgets: Budgets): void {
  app.addHook('preHandler', async (request) => {
    if (request.person === null || !request.url.startsWith('/api/')) return
    const cost = request.routeOptions.config.cost ?? 'read'
    const seconds = budgets.take(nameOf(request.person), cost, cost === 'query' ? questionsIn(request.body) : 1)
    if (seconds === null) return
    const most = budgets.mostOf(cost)
    throw new ApiError('too_many_requests', `you may have ${most} ${WHAT[cost]} a minute; wait ${seconds} s`, {
      retryAfterSeconds: seconds,
      reason: REASON[cost],
      parts: { most },
    })
  })
}

/** A key has a budget of its own, so that a machine does not take its maker's. */
const nameOf = ({ id, key }: Principal): string => (key === undefined ? `person ${id}` : `key ${key.id}`)

function questionsIn(body: unknown): number {
  const { requests } = (body ?? {}) as { requests?: unknown }
  return Array.isArray(requests) ? Math.max(1, requests.length) : 1
}
