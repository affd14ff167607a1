/**
 * The types that the portal's client calls by are those of the routes.
 *
 * A failure means that a route, a shape or its words changed: `npm run client` writes `portal/api/routes.ts` anew, and the
 * type check then names what of the portal no longer fits.
 */
import { join } from 'node:path'
import openapiTs, { astToString } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { openWholeApp } from '#api/openapi/test-whole.ts'

const file = join(import.meta.dirname, 'routes.ts')
const header =
  '/** The API as types, written by `npm run client` from its description. Not to be edited by hand. */\n\n'

test('the types of the client are those of the routes', async () => {
  const { app, close } = await openWholeApp()
  await app.ready()
  const document = structuredClone(app.swagger()) as object
  await close()
  // A field with a default may be left out of a request, and is there in an answer; the schemas say which.
  const types = astToString(await openapiTs(JSON.stringify(document), { defaultNonNullable: false }))
  const text = await format(header + types, { ...(await resolveConfig(file)), parser: 'typescript' })
  await expect(text).toMatchFileSnapshot(file)
})
