/** EasyPost's documented shapes in small: scans once each, ways back, estimates, wrappings, broken messages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mapped, openMapper } from '../golden.ts'
import { readMapping } from '../mapping.ts'

const mapping = readMapping(import.meta.dirname, 'easypost')
let mapper: ReturnType<typeof openMapper>
beforeAll(() => {
  mapper = openMapper()
})
afterAll(() => mapper.close())

const map = (...bodies: unknown[]): Promise<Mapped[]> =>
  mapper.map(
    mapping,
    bodies.map((body) => ({ value: typeof body === 'string' ? body : JSON.stringify(body) })),
  )

/** What became of each message: type and status of its events and what the contracts refuse of them, or why there are none. */
const become = async (...bodies: unknown[]): Promise<string[][]> =>
  (await map(...bodies)).map(({ events, concerns, problem, faults }) => {
    if (problem !== '') return [`problem ${problem.split(':')[0]}`]
    if (concerns !== '') return [`concerns ${concerns}`]
    return [
      ...events.map(({ type, data }) => `${type} ${String(data['status'] ?? '')}`.trim()),
      ...faults.map((fault) => fault.split(' in ')[0] ?? ''),
    ]
  })

const detail = (status: string, datetime: string, more: object = {}): object => ({
  object: 'TrackingDetail',
  status,
  datetime,
  message: `words of ${status}`,
  tracking_location: { object: 'TrackingLocation', city: 'AUSTIN', state: 'TX', country: null, zip: null },
  ...more,
})
const tracker = (more: object = {}): object => ({
  id: 'trk_1',
  object: 'Tracker',
  tracking_code: '9400',
  carrier: 'USPS',
  status: 'in_transit',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-03T00:00:00Z',
  est_delivery_date: null,
  is_return: false,
  tracking_details: [detail('in_transit', '2026-01-02T10:00:00Z'), detail('pre_transit', '2026-01-01T10:00:00Z')],
  ...more,
})
const event = (result: unknown, description = 'tracker.updated'): object => ({
  id: 'evt_1',
  object: 'Event',
  description,
  result,
  created_at: '2026-01-03T00:00:01Z',
  previous_attributes: {},
})
const shipment = {
  id: 'shp_1',
  object: 'Shipment',
  reference: 'A-9',
  is_return: false,
  refund_status: null,
  selected_rate: { carrier: 'USPS' },
  postage_label: { created_at: '2026-01-01T09:00:00Z' },
  tracker: tracker(),
}

describe('scans', () => {
  test('every scan is an event, in the order they happened, whatever message repeats it', async () => {
    const [first, later] = await map(
      event(tracker()),
      tracker({
        status: 'delivered',
        tracking_details: [
          detail('delivered', '2026-01-04T10:00:00Z'),
          detail('in_transit', '2026-01-02T10:00:00Z'),
          detail('pre_transit', '2026-01-01T10:00:00Z'),
        ],
      }),
    )
    expect(first?.events).toMatchObject([
      { type: 'shipment.checkpoint', time: '2026-01-01T10:00:00Z', data: { status: 'pre_transit' } },
      {
        type: 'shipment.checkpoint',
        subject: 'lookup/tracking/9400',
        data: {
          shipment_id: '9400',
          tracking_no: '9400',
          carrier_code: 'usps',
          status: 'in_transit',
          location: 'AUSTIN, TX',
          message: 'words of in_transit',
        },
      },
    ])
    expect(later?.events.slice(0, 2)).toEqual(first?.events)
    expect(later?.events[2]).toMatchObject({ type: 'shipment.delivered', time: '2026-01-04T10:00:00Z' })
  })

  test('every status word has a meaning, and one we do not know is kept', async () => {
    const words = ['failure', 'return_to_sender', 'error', 'cancelled', 'available_for_pickup', 'teleported']
    const details = words.map((status, day) => detail(status, `2026-01-0${day + 2}T00:00:00Z`))
    const [result] = await map(event(tracker({ status: 'failure', tracking_details: details })))
    expect(
      result?.events.map(({ type, data }) => [type, data['status'], data['raw_status']].filter(Boolean).join(' ')),
    ).toEqual([
      'shipment.exception failure',
      'shipment.returned return_to_sender',
      'shipment.exception failure error',
      'shipment.checkpoint cancelled',
      'shipment.checkpoint available_for_pickup',
      'shipment.checkpoint unknown teleported',
    ])
  })

  test('two scans of one minute are two, the same scan twice is one', async () => {
    const at = '2026-01-02T10:00:00Z'
    const details = [
      detail('in_transit', at),
      detail('in_transit', at, { message: 'other words' }),
      detail('in_transit', at),
    ]
    expect(await become(event(tracker({ tracking_details: details })))).toEqual([
      ['shipment.checkpoint in_transit', 'shipment.checkpoint in_transit'],
    ])
  })

  test('a status that no scan says is told too; without a scan, that the carrier knows nothing', async () => {
    const [ahead, nothing] = await map(
      event(tracker({ status: 'delivered' })),
      event(tracker({ status: 'unknown', tracking_details: null }), 'tracker.created'),
    )
    expect(ahead?.events[2]).toMatchObject({ id: '9400/status/delivered', time: '2026-01-03T00:00:00Z' })
    expect(nothing?.events).toMatchObject([{ type: 'shipment.checkpoint', data: { status: 'unknown' } }])
  })

  test('an estimate without an hour holds until the end of its day', async () => {
    const [day, hour] = await map(
      event(tracker({ est_delivery_date: '2026-01-05T00:00:00Z' })),
      event(tracker({ est_delivery_date: '2026-01-05T18:00:00Z' })),
    )
    expect(day?.events[2]).toMatchObject({
      type: 'shipment.eta_changed',
      data: { eta_from: '2026-01-05T00:00:00Z', eta_until: '2026-01-05T23:59:59Z' },
    })
    expect(hour?.events[2]?.data).toMatchObject({ eta_until: '2026-01-05T18:00:00Z' })
  })
})

test('a parcel on its way back is a return, and its arrival no delivery to the buyer', async () => {
  const details = [
    detail('pre_transit', '2026-01-01T00:00:00Z'),
    detail('in_transit', '2026-01-02T00:00:00Z'),
    detail('in_transit', '2026-01-02T05:00:00Z'),
    detail('delivered', '2026-01-04T00:00:00Z'),
  ]
  const way = (...tracking_details: object[]): object =>
    event(tracker({ is_return: true, status: 'unknown', tracking_details }))
  expect(await become(way(...details), way(...details.slice(0, 1)))).toEqual([
    ['return.shipped in_transit', 'return.received delivered'],
    ['concerns tracker.updated'],
  ])
})

test('a shipment tells of its label where it names the order; given back, it concerns the seller', async () => {
  const [named] = await map(shipment)
  expect(named?.events[0]).toMatchObject({
    type: 'fulfillment.label_created',
    subject: 'lookup/order/A-9',
    data: { shipment_id: '9400', fulfillment_id: 'shp_1', carrier_code: 'usps' },
  })
  expect(
    await become(
      { ...shipment, reference: null },
      { ...shipment, refund_status: 'submitted' },
      { ...shipment, postage_label: null, tracker: null },
      { shipments: [shipment] },
    ),
  ).toEqual([
    ['shipment.checkpoint pre_transit', 'shipment.checkpoint in_transit'],
    ['concerns shipment_refund'],
    ['concerns shipment'],
    ['fulfillment.label_created', 'shipment.checkpoint pre_transit', 'shipment.checkpoint in_transit'],
  ])
})

test('trackers are found in every wrapping', async () => {
  const scans = ['shipment.checkpoint pre_transit', 'shipment.checkpoint in_transit']
  expect(
    await become(
      { tracker: tracker() },
      { description: 'tracker.updated', result: tracker() },
      [tracker(), tracker({ tracking_code: 9500 })],
      { trackers: [tracker()], has_more: false },
      { trackers: [], has_more: false },
    ),
  ).toEqual([scans, scans, [...scans, ...scans], scans, ['concerns trackers']])
})

test('what concerns only the seller is set aside; what might concern an order is not', async () => {
  expect(
    await become(
      event({ object: 'Batch' }, 'batch.created'),
      event({ object: 'ShipmentInvoice' }, 'shipment.invoice.created'),
      event({ object: 'Insurance', tracker: tracker() }, 'insurance.purchased'),
      [{ object: 'Refund', tracking_code: '9400', status: 'submitted' }],
      { success: true },
      event({ object: 'Thing' }, 'tracker.invented'),
      event(null),
    ),
  ).toEqual([
    ['concerns batch.created'],
    ['concerns shipment.invoice.created'],
    ['concerns insurance.purchased'],
    ['concerns refund'],
    ['concerns acknowledgement'],
    ['problem unknown_event_type'],
    ['problem missing_attribute'],
  ])
})

test('a message that cannot be read says why, and one bad item leaves the good ones alone', async () => {
  expect(await become('', 'nope', '3', {}, event(tracker({ tracking_code: null })))).toEqual([
    ['problem empty'],
    ['problem invalid_json'],
    ['problem not_object'],
    ['problem unknown_event_type'],
    ['problem missing_attribute'],
  ])
  expect(
    await become(
      { trackers: [tracker(), tracker({ tracking_code: '' })] },
      event(tracker({ tracking_details: [detail('in_transit', '')] })),
      event(tracker({ tracking_details: [detail('in_transit', 'Tuesday')] })),
      event(tracker({ tracking_details: [detail('in_transit', '2026-01-02 10:00:00')] })),
    ),
  ).toEqual([
    [
      'shipment.checkpoint pre_transit',
      'shipment.checkpoint in_transit',
      expect.stringMatching(/^missing_attribute: .*tracking_code/),
    ],
    ['missing_attribute: time is missing'],
    [expect.stringMatching(/^wrong_type: time/)],
    ['shipment.checkpoint in_transit'],
  ])
})
