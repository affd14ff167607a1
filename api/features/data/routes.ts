import { dataHealthSchema } from '../../contract/live.ts'
import type { Door } from '#transforms/query/door.ts'
import { ApiError } from '../../errors.ts'
import { type App, everyone, personOf } from '../../feature.ts'

/** Dead letters quote what was sent by anybody, so only people who see all rows may read them. */
export function dataRoutes(app: App, { door }: { door: Pick<Door, 'dataHealth'> }): void {
  app.get(
    '/api/data/health',
    { config: { policy: everyone }, schema: { response: { 200: dataHealthSchema } } },
    async (request) => {
      const { scope } = personOf(request)
      if (scope.channels !== 'all' || scope.regions !== 'all')
        throw new ApiError('not_allowed', 'data health covers all channels and regions; your scope does not')
      return door.dataHealth()
    },
  )
}
