import type { Person } from '../../contract/session.ts'
import { ApiError } from '../../errors.ts'

/** What came in quotes orders of every channel and region, so only people who see all rows may look. */
export function requireAllRows({ scope }: Person): void {
  if (scope.channels !== 'all' || scope.regions !== 'all')
    throw new ApiError('not_allowed', 'data health covers all channels and regions; your scope does not', {
      reason: 'all_rows_needed',
    })
}
