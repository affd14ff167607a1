/** Trials as people ask for them: one at a time, each written down with what it was of, and opened as far as one may see. */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import type { Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { engineInstant } from '../query/parameters.ts'
import type { RowScope } from '../query/request.ts'
import { type OrdersAsked, type OrdersPage, type Outcome, createOutcomes } from './outcome.ts'
import { type TrialLimits, type TrialRequest, runTrial } from './trial.ts'

const NUMBER = z.coerce.number()
const instant = z.string().transform((text) => `${text.replace(' ', 'T')}Z`)
const trialRow = z.object({
  trial_id: z.string(),
  rule: z.string(),
  draft: z.string(),
  orders: NUMBER,
  from_at: instant,
  to_at: instant,
  ms: NUMBER,
})

export type Trial = Outcome & { trial_id: string; rule: string; orders: number; from: string; to: string; ms: number }
export type TrialOf = {
  /** The rule it is of, or the calendar or promotion. */
  readonly subject: string
  /** Everything that was proposed: what is saved must be the same. */
  readonly draft: string
  readonly by: string
}

export type Trials = ReturnType<typeof createTrials>

export function createTrials(
  warehouse: Warehouse,
  project: Project,
  { now, limits }: { now: () => Date; limits: TrialLimits },
) {
  const outcomes = createOutcomes(warehouse)
  let isTrying = false

  async function logged(trialId: string): Promise<z.output<typeof trialRow> | null> {
    const [row] = await warehouse.query(
      {
        name: 'a trial',
        sql: 'select trial_id, rule, draft, orders, toString(from_at) as from_at, toString(to_at) as to_at, ms from rule_trial_log where trial_id = {trial:String}',
        row: trialRow,
      },
      { trial: trialId },
    )
    return row ?? null
  }

  return {
    /** Runs the models with what is proposed; one at a time, so that readers keep the machine. */
    async run(request: TrialRequest, { subject, draft, by }: TrialOf): Promise<string> {
      if (isTrying) throw new TransformError('TRIAL_RUNNING', 'another back-test is running; try again when it is done')
      isTrying = true
      const startedAt = now()
      try {
        const { trialId, orders } = await runTrial(warehouse, project, request, { nowMs: startedAt.getTime(), limits })
        const at = startedAt.toISOString()
        const { from, to } = request.orders === 'open' ? { from: at, to: at } : request.orders
        await warehouse.insertRows('rule_trial_log', [
          {
            trial_id: trialId,
            rule: subject,
            draft,
            orders,
            from_at: engineInstant(from),
            to_at: engineInstant(to),
            ms: Math.round(now().getTime() - startedAt.getTime()),
            tried_by: by,
          },
        ])
        return trialId
      } finally {
        isTrying = false
      }
    },

    /** Null where there is no such trial any more. */
    async outcome(trialId: string, scope: RowScope, zone: string): Promise<Trial | null> {
      const row = await logged(trialId)
      if (row === null) return null
      const { rule, orders, from_at: from, to_at: to, ms } = row
      return { trial_id: trialId, rule, orders, from, to, ms, ...(await outcomes.outcome(trialId, scope, zone)) }
    },

    /** Whether a trial was of exactly this: nothing is saved whose effect nobody could see. */
    wasOf: async (trialId: string, draft: string): Promise<boolean> => (await logged(trialId))?.draft === draft,

    orders: (trialId: string, scope: RowScope, asked: OrdersAsked & OrdersPage) =>
      outcomes.orders(trialId, scope, asked),
  }
}
