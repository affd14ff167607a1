import { z } from 'zod'
import { type Board, boardListSchema, boardSchema, dimensionValuesSchema } from '../../contract/boards.ts'
import type { Door } from '#transforms/query/door.ts'
import { notFound } from '../../errors.ts'
import { type App, personOf } from '../../feature.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

export function boardRoutes(
  app: App,
  { boards, door }: { boards: readonly Board[]; door: Pick<Door, 'dimensionValues'> },
): void {
  app.get(
    '/api/boards',
    { config: { policy: 'orders.read' }, schema: { response: { 200: boardListSchema } } },
    async () => boards.map(({ slug, title, description }) => ({ slug, title, description })),
  )

  const params = z.strictObject({ slug: z.string().max(64) })
  app.get(
    '/api/boards/:slug',
    { config: { policy: 'orders.read' }, schema: { params, response: { 200: boardSchema } } },
    async (request) => {
      const board = boards.find((one) => one.slug === request.params.slug)
      if (board === undefined) throw notFound('board')
      return board
    },
  )

  app.get(
    '/api/dimensions/:name/values',
    {
      config: { policy: 'orders.read' },
      schema: { params: z.strictObject({ name }), response: { 200: dimensionValuesSchema } },
    },
    async (request) => ({
      dimension: request.params.name,
      values: await door.dimensionValues(request.params.name, personOf(request).scope),
    }),
  )
}
