/** A plan set onto the relations as they were known at an instant: the same question, other tables. */
import type { Known } from '../knowledge/knowledge.ts'
import type { Plan } from './plan.ts'

export function placedIn(plan: Plan, known: Known): Plan {
  const { dataset, sets } = plan
  return {
    ...plan,
    dataset: { ...dataset, relation: known.relation(dataset.relation) },
    sets: new Map([...sets].map(([name, set]) => [name, { ...set, relation: known.relation(set.relation) }])),
  }
}
