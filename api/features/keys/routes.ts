import { z } from 'zod'
import { keysReplySchema, madeKeySchema, newKeySchema } from '../../contract/keys.ts'
import { type App, personOf } from '../../feature.ts'
import type { Keys } from './keys.ts'

const params = z.strictObject({ key_id: z.string().regex(/^[0-9a-f]{1,32}$/) })

/** For people: a key makes and sees no keys. */
export function keyRoutes(app: App, { keys }: { keys: Pick<Keys, 'list' | 'make' | 'revoke'> }): void {
  const config = { policy: 'signed_in' } as const
  app.get('/api/keys', { config, schema: { response: { 200: keysReplySchema } } }, async (request) => ({
    keys: await keys.list(personOf(request)),
  }))

  app.post(
    '/api/keys',
    { config, schema: { body: newKeySchema, response: { 201: madeKeySchema } } },
    async (request, reply) => {
      const made = await keys.make(personOf(request), request.body)
      return reply.code(201).header('cache-control', 'no-store').send(made)
    },
  )

  app.delete(
    '/api/keys/:key_id',
    { config, schema: { params, response: { 204: z.null() } } },
    async (request, reply) => {
      await keys.revoke(personOf(request), request.params.key_id)
      return reply.code(204).send(null)
    },
  )
}
