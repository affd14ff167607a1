import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseEnvelope } from '#ingest/contracts/index.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { anomaliesOf, expectedAnomalies } from './expected.ts'
import { openJournal } from './journal.ts'
import { type Outside, createOutside } from './outside.ts'
import { type SimulatedOrder, createStore } from './store.ts'

const FROM = Date.parse('2026-09-07T00:00:00Z')
const store = createStore({ seed: 7, ordersPerDay: 1_500 })
const orders = [...store.ordersBetween(FROM, FROM + 2 * DAY)]
const find = (wanted: (order: SimulatedOrder) => boolean): SimulatedOrder => orders.find(wanted)!
const at = (order: SimulatedOrder, type: string): number | undefined =>
  order.events.find((event) => event.envelope.type === `${type}.v1`)?.atMs

/** Unpaid for many hours. */
const unpaid = find(
  (order) =>
    order.scenario === 'order_unpaid_timeout' && (at(order, 'order.canceled') ?? 0) > order.createdAtMs + 10 * HOUR,
)
/** Paid twice, and the shop does not notice. */
const twice = find((order) => order.scenario === 'duplicate_payment' && at(order, 'refund.created') === undefined)
const shipped = find((order) => order.scenario === 'logistics_stalled' && at(order, 'shipment.delivered') === undefined)
const stuckRefund = find(
  (order) =>
    order.scenario === 'refund_stalled' &&
    at(order, 'order.canceled') !== undefined &&
    at(order, 'refund.succeeded') === undefined,
)

let directory: string
let nowMs: number
const open = async (landedOffset?: bigint): Promise<Outside> =>
  createOutside({
    store,
    journal: await openJournal(directory),
    now: () => nowMs,
    ...(landedOffset === undefined ? {} : { landedOffset }),
  })
const command = (kind: string, order: SimulatedOrder, more: object = {}): Record<string, unknown> => ({
  command_id: `ac-${kind}`,
  kind,
  order_id: order.orderId,
  reason: 'test',
  requested_by: 'agent-1',
  auth_type: 'user',
  at: new Date(nowMs).toISOString(),
  ...more,
})
const types = (outcome: Awaited<ReturnType<Outside['handleCommand']>>): string[] =>
  outcome.kind === 'rejected' ? [] : outcome.events.map((event) => event.type)

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'orderlens-outside-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('commands become what the shop would do', () => {
  test('cancel of an unpaid order gives stock and coupon back and resolves its anomaly', async () => {
    nowMs = unpaid.createdAtMs + HOUR
    expect(expectedAnomalies(unpaid, nowMs)).toMatchObject([{ type: 'order_unpaid_timeout', resolvedAtMs: null }])
    const outcome = await (await open()).handleCommand(command('cancel_order', unpaid))
    expect(types(outcome)[0]).toBe('order.canceled.v1')
    expect(types(outcome)).toContain('inventory.released.v1')
    if (outcome.kind === 'rejected') expect.fail(outcome.reason)
    for (const event of outcome.events) {
      expect(parseEnvelope(event).kind).toBe('accepted')
      expect(event).toMatchObject({ causationid: 'action:ac-cancel_order', authtype: 'user', authid: 'agent-1' })
    }
    const all = [
      ...unpaid.events.filter((event) => event.emitAtMs <= nowMs).map((event) => event.envelope),
      ...outcome.events,
    ]
    expect(anomaliesOf(unpaid.orderId, all, nowMs)).toMatchObject([
      { type: 'order_unpaid_timeout', resolvedAtMs: nowMs },
    ])
  })

  test('what the shop had planned for a canceled order no longer happens', async () => {
    nowMs = unpaid.createdAtMs + HOUR
    const outside = await open()
    await outside.handleCommand(command('cancel_order', unpaid))
    const later = unpaid.events.filter((event) => event.atMs > nowMs)
    expect(later.length).toBeGreaterThan(0)
    expect(later.every((event) => outside.isSuppressed(unpaid.orderId, event))).toBe(true)
    expect(
      unpaid.events.filter((event) => event.atMs <= nowMs).some((event) => outside.isSuppressed(unpaid.orderId, event)),
    ).toBe(false)
  })

  test('refund of the second capture resolves the duplicate, and cannot be had twice', async () => {
    nowMs = at(twice, 'order.confirmed')! + HOUR
    const outside = await open()
    const captures = twice.events
      .filter((event) => event.envelope.data['payment_id'] !== undefined)
      .map((event) => String(event.envelope.data['payment_id']))
    const payment = {
      payment_id: [...new Set(captures)].at(-1),
      amount: String(twice.story.basket.amounts.payable),
      currency: 'CNY',
    }
    const outcome = await outside.handleCommand(command('refund_payment', twice, payment))
    expect(types(outcome)).toEqual(['refund.created.v1', 'refund.succeeded.v1'])
    const again = await outside.handleCommand(command('refund_payment', twice, { ...payment, command_id: 'another' }))
    expect(again).toMatchObject({
      kind: 'handled',
      events: [{ type: 'action.failed.v1', data: { reason_code: 'amount_exceeds_captured' } }],
    })
    const all = [...twice.events.map((event) => event.envelope), ...(outcome.kind === 'rejected' ? [] : outcome.events)]
    expect(anomaliesOf(twice.orderId, all, nowMs + MINUTE)).toContainEqual(
      expect.objectContaining({ type: 'duplicate_payment', resolvedAtMs: nowMs + 4_000 }),
    )
  })

  test('two commands at once for the same money: one wins', async () => {
    nowMs = at(twice, 'order.confirmed')! + HOUR
    const outside = await open()
    const outcomes = await Promise.all(
      ['a', 'b'].map((command_id) => outside.handleCommand(command('refund_payment', twice, { command_id }))),
    )
    expect(outcomes.map(types)).toEqual([['refund.created.v1', 'refund.succeeded.v1'], ['action.failed.v1']])
  })

  test('a query at the provider gets a stuck refund moving', async () => {
    nowMs = at(stuckRefund, 'refund.created')! + 4 * DAY
    expect(types(await (await open()).handleCommand(command('requery_payment', stuckRefund)))).toEqual([
      'operation.performed.v1',
      'refund.succeeded.v1',
    ])
  })

  test('a second parcel goes out for one that is lost', async () => {
    nowMs = at(shipped, 'shipment.handed_over')! + 5 * DAY
    const outcome = types(await (await open()).handleCommand(command('reship', shipped)))
    expect(outcome.slice(0, 2)).toEqual(['fulfillment.created.v1', 'shipment.returned.v1'])
    expect(outcome.at(-1)).toBe('shipment.delivered.v1')
  })

  test('a buyer is told', async () => {
    nowMs = shipped.createdAtMs + DAY
    expect(types(await (await open()).handleCommand(command('notify_buyer', shipped)))).toEqual([
      'notification.sent.v1',
    ])
  })
})

describe('what cannot be done is answered, not done', () => {
  const refused: [string, () => [object, number], string][] = [
    [
      'cancel of a shipped order',
      () => [command('cancel_order', shipped), at(shipped, 'shipment.handed_over')! + 1],
      'already_shipped',
    ],
    [
      'cancel of a canceled order',
      () => [command('cancel_order', stuckRefund), at(stuckRefund, 'order.canceled')! + 1],
      'already_canceled',
    ],
    [
      'refund of what was never paid',
      () => [command('refund_payment', unpaid), unpaid.createdAtMs + HOUR],
      'payment_not_captured',
    ],
    [
      'refund of more than was paid',
      () => [command('refund_payment', twice, { amount: 999_999_999 }), twice.createdAtMs + DAY],
      'amount_exceeds_captured',
    ],
    [
      'refund in another currency',
      () => [command('refund_payment', twice, { currency: 'EUR' }), twice.createdAtMs + DAY],
      'wrong_currency',
    ],
    ['reship of an unpaid order', () => [command('reship', unpaid), unpaid.createdAtMs + HOUR], 'not_paid'],
    [
      'an order of another shop',
      () => [command('cancel_order', { ...unpaid, orderId: 'olist-1' }), FROM],
      'unknown_order',
    ],
  ]
  test.each(refused)('%s', async (_name, make, reason) => {
    const [message, when] = make()
    nowMs = when
    const outcome = await (await open()).handleCommand(message)
    expect(outcome).toMatchObject({
      kind: 'handled',
      events: [{ type: 'action.failed.v1', data: { reason_code: reason } }],
    })
    if (outcome.kind !== 'rejected') expect(parseEnvelope(outcome.events[0]).kind).toBe('accepted')
  })

  test.each([
    [null],
    ['cancel'],
    [{}],
    [{ command_id: 'x', kind: 'explode', order_id: 'y' }],
    [{ command_id: '', kind: 'reship', order_id: 'y' }],
  ])('%j is no command', async (message) => {
    nowMs = FROM
    expect(await (await open()).handleCommand(message)).toMatchObject({ kind: 'rejected' })
  })
})

describe('a command is carried out once, for ever', () => {
  test('said again, at once or after a restart, it answers the same and does nothing', async () => {
    nowMs = unpaid.createdAtMs + HOUR
    const outside = await open()
    const [first, second] = await Promise.all([
      outside.handleCommand(command('cancel_order', unpaid)),
      outside.handleCommand(command('cancel_order', unpaid)),
    ])
    expect([first.kind, second.kind]).toEqual(['handled', 'repeated'])
    nowMs += HOUR
    const restarted = await open()
    const third = await restarted.handleCommand(command('cancel_order', unpaid))
    expect(third).toEqual({ ...first, kind: 'repeated' })
    expect(
      unpaid.events
        .filter((event) => event.atMs > nowMs)
        .every((event) => restarted.isSuppressed(unpaid.orderId, event)),
    ).toBe(true)
  })

  test('an answer keeps its offset over a restart, and one that landed is not delivered again', async () => {
    nowMs = at(twice, 'order.confirmed')! + HOUR
    const outside = await open()
    await outside.handleCommand(command('refund_payment', twice))
    const due = await outside.takeDue(nowMs)
    expect(due.map(({ offset, answer }) => [offset, answer.envelope.type])).toEqual([[0n, 'refund.created.v1']])
    expect((await (await open()).takeDue(nowMs)).map(({ offset }) => offset)).toEqual([0n])
    const landed = await open(0n)
    expect(await landed.takeDue(nowMs)).toEqual([])
    expect((await landed.takeDue(nowMs + 5_000)).map(({ offset, answer }) => [offset, answer.envelope.type])).toEqual([
      [1n, 'refund.succeeded.v1'],
    ])
    expect(await landed.takeDue(nowMs + 5_000)).toEqual([])
  })

  test('a line torn by a crash is forgotten, because nobody was told', async () => {
    nowMs = unpaid.createdAtMs + HOUR
    await (await open()).handleCommand(command('notify_buyer', unpaid))
    const file = path.join(directory, 'commands.ndjson')
    await appendFile(file, '{"entry":"handled","command":{"command_id":"ac-torn"')
    expect(
      await (await open()).handleCommand(command('cancel_order', unpaid, { command_id: 'ac-torn' })),
    ).toMatchObject({ kind: 'handled' })
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { entry: string }).entry)).toEqual([
      'journal',
      'handled',
      'handled',
    ])
  })

  test('a journal that is not ours is refused with its line', async () => {
    await appendFile(path.join(directory, 'commands.ndjson'), 'hello\n')
    await expect(open()).rejects.toMatchObject({
      code: 'JOURNAL_UNREADABLE',
      message: expect.stringContaining('line 1') as string,
    })
  })
})
