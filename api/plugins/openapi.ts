import swagger from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type App, type RoutePolicy, isForKeys } from '../feature.ts'
import { nameComponents } from '../openapi/components.ts'
import { type Document, completeDocument, info, securitySchemes, wordsOf } from '../openapi/document.ts'

/** The API describes itself from the same schemas that check it. Registered before the routes it describes. */
export async function registerOpenApi(app: App): Promise<void> {
  nameComponents()
  const routes = new Map<string, RoutePolicy>()
  const toJson = createJsonSchemaTransform({})
  const addComponents = createJsonSchemaTransformObject({})
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info, components: { securitySchemes } },
    transform(described) {
      const { route } = described
      const one: RoutePolicy = {
        method: String(route.method),
        url: route.url,
        policy: route.config?.policy ?? 'public',
        keys: isForKeys(String(route.method), route.config ?? {}),
      }
      routes.set(`${one.method} ${one.url}`, one)
      const { schema, url } = toJson(described)
      return { url, schema: schema?.hide === true ? schema : { ...schema, ...wordsOf(one) } }
    },
    transformObject(described) {
      // Safe because this version of the description has these members.
      const document = addComponents(described) as unknown as Document
      return completeDocument(document, [...routes.values()]) as unknown as ReturnType<typeof addComponents>
    },
  })
  app.get(
    '/api/openapi.json',
    {
      config: { policy: 'signed_in', keys: true },
      schema: { response: { 200: z.looseObject({ openapi: z.string() }) } },
    },
    async (_request, reply) => {
      // Written as it is: it is made of plain JSON, and its schema says no more than that.
      return reply
        .type('application/json; charset=utf-8')
        .serializer(JSON.stringify)
        .send(app.swagger() as never)
    },
  )
}
