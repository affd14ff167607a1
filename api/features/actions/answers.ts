/** What outside systems answered to our commands, read from the events that came back. */
import { z } from 'zod'
import type { NamedQuery, Warehouse } from '#warehouse/warehouse.ts'

const answerSchema = z.object({
  action_id: z.string(),
  event_id: z.string(),
  source: z.string(),
  event_type: z.string(),
  detail: z.string(),
})
export type Answer = z.infer<typeof answerSchema>

/** By order first: that is how events are stored, so the read costs a few rows whatever is stored. */
const answersOf: NamedQuery<Answer> = {
  name: 'action_answers',
  sql: `
select substring(causation_id, 8) as action_id, event_id, source, event_type,
  if(failure_reason != '', failure_reason, if(reason_code != '', reason_code, reason)) as detail
from events
where order_id in {order_ids:Array(String)} and causation_id in {causation_ids:Array(String)}
order by occurred_at
limit 1 by source, event_id`,
  row: answerSchema,
}

export type ReadAnswers = (actions: readonly { readonly id: string; readonly order_id: string }[]) => Promise<Answer[]>

export function createAnswers(warehouse: Warehouse): ReadAnswers {
  return async (actions) => {
    if (actions.length === 0) return []
    return warehouse.query(answersOf, {
      order_ids: [...new Set(actions.map((action) => action.order_id))],
      causation_ids: actions.map((action) => `action:${action.id}`),
    })
  }
}
