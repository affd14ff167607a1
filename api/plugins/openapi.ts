import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { App } from '../feature.ts'

/** The API describes itself from the same schemas that check it. Registered before the routes it describes. */
export async function registerOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Orderlens',
        version: '1',
        description: 'Everything the portal does. Errors have one shape; changing requests carry x-csrf-token.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'orderlens_session' },
          ingestKey: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  app.get('/api/openapi.json', { config: { policy: 'signed_in' }, schema: { hide: true } }, async () => app.swagger())
}
