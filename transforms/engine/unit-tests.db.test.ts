/** The unit tests of our own cards pass, and each of them notices when its model is broken. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Project, readProject } from './project.ts'
import { createTemplate } from './template.ts'
import { openBuiltWarehouse } from './test-built.ts'
import { runUnitTest } from './unit-tests.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-unit-tests-'))
const project = readProject()
let scratch: Warehouse

beforeAll(async () => {
  scratch = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
})
afterAll(async () => {
  await scratch.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

function unitTest(name: string) {
  const found = project.unitTests.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no card has the unit test ${name}`)
  return found
}

test.each(project.unitTests.map(({ name }) => name))('%s', async (name) => {
  const { missing, surplus, error } = await runUnitTest(scratch, project, unitTest(name))
  expect({ missing, surplus, error }).toEqual({ missing: [], surplus: [], error: null })
})

/** Slips of the kind one makes, each in a model that has a unit test. */
const slips: readonly { name: string; from: string; to: string }[] = [
  { name: 'a_payment_is_merged_from_its_events', from: 'minOrNullIf(occurred_at', to: 'maxOrNullIf(occurred_at' },
  { name: 'a_payment_is_merged_from_its_events', from: "startsWith(event_type, 'payment.')", to: '1' },
  { name: 'a_payment_is_merged_from_its_events', from: "argMaxIf(method, k, method != '')", to: 'argMax(method, k)' },
  {
    name: 'a_refund_that_was_paid_is_paid_whatever_came_before',
    from: "countIf(event_type = 'refund.succeeded') > 0, 'succeeded',",
    to: "countIf(event_type = 'refund.failed') > 0, 'failed', countIf(event_type = 'refund.succeeded') > 0, 'succeeded',",
  },
  { name: 'the_latest_word_on_a_line_counts', from: 'argMax(one, k)', to: 'argMin(one, k)' },
  { name: 'a_second_full_capture_is_one_too_many', from: "p.status = 'succeeded'", to: '1' },
  { name: 'a_second_full_capture_is_one_too_many', from: 'amount_payable > 0 and', to: '' },
  { name: 'a_second_full_capture_is_one_too_many', from: 'captures[-1]', to: 'captures[1]' },
  {
    name: 'a_difference_beyond_the_tolerance_of_the_channel',
    from: 'threshold.tolerance_minor as tolerance',
    to: '0 as tolerance',
  },
  { name: 'a_difference_beyond_the_tolerance_of_the_channel', from: 'and not is_duplicate', to: '' },
  { name: 'the_most_specific_threshold_is_tried_first', from: 'arraySort(r -> r.1,', to: 'arrayReverseSort(r -> r.1,' },
  {
    name: 'a_later_version_takes_the_place_of_an_earlier_one',
    from: 'min(toNullable(valid_from))',
    to: 'max(toNullable(valid_until))',
  },
  {
    name: 'an_allowance_passes_in_the_hours_of_its_calendar',
    from: 'given_due_at is null and threshold.calendar_no > 0',
    to: 'threshold.calendar_no > 0',
  },
  {
    name: 'a_warning_ends_when_what_it_warned_of_is_found_broken',
    from: 'if(is_passed_on, heir.3, ended_at)',
    to: 'ended_at',
  },
  { name: 'a_coupon_is_had_by_its_use_and_a_cart_by_its_buyer', from: "buyer_id != '' and ", to: '' },
  {
    name: 'those_next_after_an_order_look_back_at_it',
    from: " and u.at <= l.at + toIntervalDay({{ var('link_days') }})",
    to: '',
  },
  {
    name: 'an_order_looks_back_at_those_before_it',
    from: ' and h.thing = arrayFirst(u -> u.event_id = p.other.event_id, a.events).thing',
    to: '',
  },
]

function broken(from: string, to: string, name: string): Project {
  return {
    ...project,
    models: project.models.map((model) => {
      if (model.name !== name) return model
      const text = model.text.replaceAll(from, to)
      expect(text).not.toBe(model.text)
      return { ...model, text, template: createTemplate(project.macros, text) }
    }),
  }
}

test.each(slips)('$name notices $from → $to', async ({ name, from, to }) => {
  const asked = unitTest(name)
  const { isPassed, error, missing, surplus } = await runUnitTest(scratch, broken(from, to, asked.model), asked)
  expect({ isPassed, error }).toEqual({ isPassed: false, error: null })
  expect(missing.length + surplus.length).toBeGreaterThan(0)
})

test('every input must be given, and columns are those of the input', async () => {
  const asked = unitTest('a_second_full_capture_is_one_too_many')
  const first = asked.given.slice(0, 1)
  expect((await runUnitTest(scratch, project, { ...asked, given: first })).error).toMatchObject({
    code: 'TEST_INVALID',
    message: expect.stringContaining('must give rows (or []) for ref:order_state') as string,
  })
  const misspelt = [{ input: "ref('rules')", rows: [{ rul: 'x' }] }, ...asked.given.slice(1)]
  expect((await runUnitTest(scratch, project, { ...asked, given: misspelt })).error).toMatchObject({
    message: expect.stringContaining('rul, which is no column') as string,
  })
})

test('a row that comes twice is expected twice', async () => {
  const asked = unitTest('the_latest_word_on_a_line_counts')
  const rows = [...asked.expect.rows, ...asked.expect.rows]
  expect(await runUnitTest(scratch, project, { ...asked, expect: { rows } })).toMatchObject({
    isPassed: false,
    missing: [expect.stringContaining('"order_id":"o1"') as string],
    surplus: [],
  })
})

test('an incremental run is tested on the orders of its tick', async () => {
  const asked = unitTest('a_second_full_capture_is_one_too_many')
  const given = [...asked.given, { input: "source('orderlens', 'tick_orders')", rows: [{ order_id: 'twice' }] }]
  const overrides = { macros: { is_incremental: true }, vars: {} }
  const expected = { rows: asked.expect.rows.filter((row) => row['order_id'] === 'twice') }
  expect(expected.rows).toHaveLength(1)
  expect(await runUnitTest(scratch, project, { ...asked, given, overrides, expect: expected })).toMatchObject({
    isPassed: true,
    error: null,
  })
})
