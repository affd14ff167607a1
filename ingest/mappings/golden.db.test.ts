/**
 * Every payload of every platform becomes what its format's `golden.yml` says, and every event passes the contracts.
 * The payloads are other projects' test data and not part of this repository: ORDERLENS_WEBHOOKS names their folder.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asExpected, openMapper, readGolden } from './golden.ts'
import { readMapping } from './mapping.ts'

const WEBHOOKS = resolve(
  process.env['ORDERLENS_WEBHOOKS'] ?? join(import.meta.dirname, '../../../shared/data/webhooks'),
)

/** Payload folders that are not called after their format. */
const FOLDERS: Readonly<Record<string, string>> = { shopify: 'shopify_python', stripe: 'stripe_events' }

const holds = (file: string) => (name: string) => existsSync(join(import.meta.dirname, name, file))
const payloadsOf = (format: string) => join(WEBHOOKS, FOLDERS[format] ?? format)
const formats = readdirSync(import.meta.dirname).filter(holds('map.sql'))

test('every format with real payloads says what they become, and tests samples of its own', () => {
  const withPayloads = formats.filter((format) => existsSync(payloadsOf(format)))
  expect(withPayloads.filter(holds('golden.yml'))).toEqual(withPayloads)
  expect(withPayloads.filter(holds('samples.db.test.ts'))).toEqual(withPayloads)
})

let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

describe.each(formats.filter(holds('golden.yml')))('%s', (format) => {
  const fixtures = payloadsOf(format)
  const reason = existsSync(fixtures)
    ? ''
    : ` (skipped: no payloads at ${fixtures}; ORDERLENS_WEBHOOKS names the folder)`

  test.skipIf(reason !== '')(`every payload becomes what golden.yml says${reason}`, async () => {
    const folder = join(import.meta.dirname, format)
    const { cases, unlisted, absent } = readGolden(join(folder, 'golden.yml'), fixtures)
    const results = await mapper.map(
      readMapping(folder, format),
      cases.map(({ payload }) => payload),
    )
    const found = cases.map(({ file, expected }, index) => {
      const { events = [], concerns = '', problem = '', faults = [] } = results[index] ?? {}
      return {
        file,
        became:
          problem !== '' ? `problem ${problem.split(':')[0]}` : events.length > 0 ? 'events' : `concerns ${concerns}`,
        types: events.map(({ type }) => type),
        events: (expected.events ?? []).map((one, place) => asExpected(events[place], one)),
        faults,
      }
    })
    const wanted = cases.map(({ file, expected: { events, concerns, problem } }) => ({
      file,
      became: problem !== undefined ? `problem ${problem}` : events !== undefined ? 'events' : `concerns ${concerns}`,
      types: (events ?? []).map(({ type }) => type),
      events: (events ?? []).map((one) => (one.order === undefined ? one : { ...one, order: String(one.order) })),
      faults: [],
    }))
    expect(found).toEqual(wanted)
    expect({ unlisted, absent }, 'golden.yml names exactly the payloads there are').toEqual({
      unlisted: [],
      absent: [],
    })
  })
})
