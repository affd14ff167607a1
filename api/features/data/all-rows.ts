import type { Person } from '../../contract/session.ts'
import { seesAll } from '#transforms/query/request.ts'
import { ApiError } from '../../errors.ts'

/** What came in quotes orders of everybody, so only people who see all rows may look. */
export function requireAllRows({ scope }: Person): void {
  if (!seesAll(scope))
    throw new ApiError('not_allowed', 'data health covers the orders of everybody; your scope does not', {
      reason: 'all_rows_needed',
    })
}
