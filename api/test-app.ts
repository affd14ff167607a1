/** For tests: the whole app on an embedded state in memory, with a door whose answers the test decides. */
import { type AppOptions, buildApp } from './app.ts'
import { type ApiConfig, loadConfig } from './config.ts'
import type { Role } from './contract/permissions.ts'
import type { ErrorCode } from './contract/errors.ts'
import type { MadeKey, NewKeyBody } from './contract/keys.ts'
import type { Session } from './contract/session.ts'
import type { Door } from '#transforms/query/door.ts'
import type { OrderRow } from '#transforms/query/orders.ts'
import type { RuleBook } from '#transforms/rules/rule-book.ts'
import type { App } from './feature.ts'
import { demoPeople } from './features/people/demo.ts'
import { createLive } from './features/live/live.ts'
import { createPeople } from './features/people/people.ts'
import type { Outgoing } from './features/people/reset.ts'
import { seedPeople } from './features/people/seed.ts'
import { type Message, toEml } from './mail/message.ts'
import { operationOf } from './openapi/document.ts'
import { refusalsOf } from './openapi/refusals.ts'
import type { State } from './state/state.ts'
import { openTestState } from './test-state.ts'

export type TestApp = {
  readonly app: App
  readonly state: State
  /** Headers of a signed-in person, ready for requests that change something. */
  as(role: Role | 'agent.zhejiang'): Promise<Record<string, string>>
  /** Headers of a key that somebody makes. */
  keyOf(role: Role | 'agent.zhejiang', body?: Partial<NewKeyBody>): Promise<{ authorization: string }>
  close(): Promise<void>
}

export async function openTestApp(
  options: Partial<Omit<AppOptions, 'config'>> & {
    env?: Record<string, string>
    config?: Partial<ApiConfig>
  } = {},
): Promise<TestApp> {
  const { env = {}, config, state = await openTestState(), ...rest } = options
  await seedPeople(createPeople(state.knex), { demo: true, admin: null })
  const app = await buildApp({
    config: { ...loadConfig(env), ratePerMinute: 1_000_000, ...config },
    state,
    door: aDoor(),
    rules: aRuleBook(),
    boards: [],
    live: createLive(),
    ingest: null,
    operations: {
      replays: { start: async () => ({ jobId: 'job' }), stop: () => undefined },
      hold: async () => undefined,
    },
    wake: () => undefined,
    mail: aMailbox(),
    portalRoot: null,
    log: null,
    ...rest,
  })
  const undescribed = watchRefusals(app)
  const known = new Map<string, Promise<Record<string, string>>>()
  const as: TestApp['as'] = (role) => {
    const session = known.get(role) ?? signIn(app, `${role}@demo.orderlens`)
    known.set(role, session)
    return session
  }
  return {
    app,
    state,
    as,
    async keyOf(role, body = {}) {
      const payload = { name: 'a machine', permissions: ['orders.read'], ...body }
      const made = await app.inject({ method: 'POST', url: '/api/keys', headers: await as(role), payload })
      return { authorization: `Bearer ${made.json<MadeKey>().secret}` }
    },
    async close() {
      await app.close()
      await state.close()
      if (undescribed.size > 0)
        throw new Error(`refused in a way that the route's openapi.ts does not tell: ${[...undescribed].join(', ')}`)
    },
  }
}

/** Whatever a test makes a described route refuse must be among what its description says it can refuse. */
function watchRefusals(app: App): ReadonlySet<string> {
  const undescribed = new Set<string>()
  app.addHook('onSend', async (request, reply, payload) => {
    const { url, method } = request.routeOptions
    const route = { method: String(method), url: url ?? '', policy: request.routeOptions.config.policy ?? 'public' }
    const operation = operationOf(route)
    if (reply.statusCode < 400 || operation === undefined) return
    const { code } = JSON.parse(String(payload)) as { code: ErrorCode }
    if (!refusalsOf(route, operation).includes(code)) undescribed.add(`${route.method} ${route.url}: ${code}`)
  })
  return undescribed
}

async function signIn(app: App, email: string): Promise<Record<string, string>> {
  const password = demoPeople.find((person) => person.email === email)?.password
  const reply = await app.inject({ method: 'POST', url: '/api/session', payload: { email, password } })
  const cookie = reply.cookies[0]
  if (cookie === undefined) throw new Error(`could not sign in ${email}: ${reply.body}`)
  return { cookie: `${cookie.name}=${cookie.value}`, 'x-csrf-token': reply.json<Session>().csrf_token }
}

/** Keeps what was sent, as files do. */
export function aMailbox(over: Partial<Outgoing['mailer']> = {}): Outgoing & { readonly sent: Message[] } {
  const sent: Message[] = []
  const byId = new Map<string, Message>()
  return {
    sent,
    from: { name: 'Orderlens', address: 'reports@example.com' },
    baseUrl: 'https://lens.example',
    mailer: {
      kind: 'file',
      async send(id, message) {
        byId.set(id, message)
        sent.push(message)
      },
      read: async (id) => {
        const message = byId.get(id)
        return message === undefined ? null : toEml(message)
      },
      close() {},
      ...over,
    },
  }
}

/** A door behind which there is nothing, except for what the test puts there. */
export function aDoor(over: Partial<Door> = {}): Door {
  const as_of = '2026-01-01T00:00:00.000Z'
  const nothing: Door['measure'] = async ({ metric }) => ({
    metric,
    unit: 'count',
    currency: null,
    keys: [],
    rows: [],
    as_of,
    truncated: false,
  })
  const noRows: Door['drill'] = async (request) => ({
    metric: request.metric,
    entity: 'order',
    counts: 'order',
    total: 0,
    orders: 0,
    value: 0,
    unit: 'count',
    currency: null,
    columns: [],
    rows: [],
    as_of,
  })
  return {
    catalogue: () => ({ metrics: [], dimensions: [] }),
    measure: nothing,
    ask: async (query, scope) => ({
      ...(await nothing(query, scope)),
      definition: { en: query.metric, zh: query.metric },
      version: '0',
    }),
    drill: noRows,
    drillPage: async (request, scope) => ({ result: await noRows(request, scope), next: null }),
    explain: async ({ metric }) => ({ metric, unit: 'count', currency: null, explanations: [] }),
    spikes: async () => [],
    spikeCourse: async ({ metric, grain }) => ({ metric, grain, fewest_weeks: 4, known_from: null, buckets: [] }),
    drillRows: (request, _scope, take) =>
      take(
        {
          name: request.metric,
          columns: [{ name: 'order_id', type: 'text' }],
          facts: {},
          total: 1,
          asOf: as_of,
        },
        (async function* () {
          yield [['o-1']]
        })(),
      ),
    drillTable: async ({ metric }) => ({
      name: metric,
      columns: [{ name: 'order_id', type: 'text' }],
      rows: [['o-1']],
      facts: {},
    }),
    dimensionValues: async () => [],
    order: async () => null,
    orderEvents: async () => [],
    rawEvents: async () => [],
    revealedEvent: async () => null,
    orderKnownAt: async () => null,
    orderInstants: async () => [],
    orderAnomalies: async () => [],
    orderPauses: async () => [],
    orderPromises: async () => [],
    orderCosts: async () => [],
    relatedOrders: async () => null,
    silentSources: async () => [],
    incidents: async () => [],
    incident: async () => null,
    incidentMembers: async () => ({ rows: [], next: null }),
    queue: async () => ({ incidents: [], rows: [], next: null, total: 0, views: [], data_as_of: as_of }),
    search: async () => ({ results: [], more: false }),
    dataAsOf: async () => as_of,
    changesOf: async ({ order_ids }) => ({
      orders: { order_ids: [...order_ids], complete: true },
      anomalies: { order_ids: [], complete: true },
    }),
    data: aData(),
    ...over,
  }
}

/** Rules of which there are none, except for what the test says. */
export function aRuleBook(over: Partial<RuleBook> = {}): RuleBook {
  return {
    versions: async () => [],
    saved: async () => [],
    choices: async () => ({ calendars: ['24x7'], promotions: [] }),
    check: async () => undefined,
    tryOut: async () => '0'.repeat(32),
    trial: async () => null,
    wasTried: async () => false,
    trialOrders: async () => ({ rows: [], next: null, orders: 0, cases: 0 }),
    save: async () => undefined,
    calendars: {
      list: async () => ({ calendars: [], promotions: [] }),
      faultOf: async () => null,
      latestOf: async () => null,
      tryOut: async () => '0'.repeat(32),
      wasTried: async () => false,
      save: async () => undefined,
      trial: async () => null,
    },
    ...over,
  }
}

/** Data about which there is nothing to tell, except for what the test says. */
export function aData(over: Partial<Door['data']> = {}): Door['data'] {
  const at = '2026-01-01T00:00:00.000Z'
  const sums = { landed: 0, events: 0, dead_letters: 0, set_aside: 0, waiting: 0, reference: 0, missing: 0, surplus: 0 }
  const balance = { ...sums, exact: false, balanced: true, at, topics: [] }
  return {
    health: async () => ({
      at,
      data_as_of: at,
      last_tick: null,
      balance,
      audit: {
        last_round_at: null,
        clean_since: null,
        faulty_since: null,
        rounds: 0,
        streams: 0,
        batches: 0,
        rows: 0,
        broker_checked: 0,
        lost: 0,
        doubled: 0,
        altered: 0,
        unaccounted: 0,
        broker_differing: 0,
        faults: [],
      },
      sources: [],
      systems: [],
      breakers: [],
      set_aside: [],
      jobs: [],
      dead_by_reason: [],
    }),
    balanceExactly: async () => ({ ...balance, exact: true }),
    auditFindings: async () => [],
    breakers: async () => [],
    jobs: async () => [],
    deadLetters: async () => ({ open: 0, cured: 0, total_groups: 0, groups: [], reasons: [], topics: [], formats: [] }),
    deadLetterPage: async () => ({ total: 0, rows: [], next: null }),
    deadByReason: async () => [],
    rawMessage: async () => null,
    models: async () => [],
    model: async () => null,
    storage: async () => ({ disk: null, tables: [] }),
    landingRate: async () => ({ step_s: 60, buckets: [] }),
    ...over,
  }
}

export function anOrderState(facts: Partial<OrderRow> = {}): OrderRow {
  return {
    order_id: 'o1',
    order_no: 'TM1',
    channel: 'tmall',
    shop_id: 's',
    buyer_id: 'b',
    buyer_name: '王',
    region: '浙江',
    currency: 'CNY',
    order_status: 'created',
    financial_status: 'pending',
    fulfillment_status: 'unfulfilled',
    refund_status: '',
    source_status: '',
    amount_payable: 10_000,
    amount_paid: 0,
    amount_refunded: 0,
    amount_discount: 0,
    amount_items: 10_000,
    amount_freight: 0,
    created_at: '2026-01-01T00:00:00.000Z',
    confirmed_at: null,
    promised_delivery_from: null,
    canceled_at: null,
    historic: false,
    sequence_violations: [],
    paid_at: null,
    label_created_at: null,
    handed_over_at: null,
    first_scan_at: null,
    delivered_at: null,
    payment_expires_at: null,
    promised_ship_by: null,
    promised_delivery_until: null,
    payments: [],
    refunds: [],
    parcels: [],
    lines: [],
    coupons: [],
    ...facts,
  }
}

/** A door with one order, seen by those whose scope covers its region. */
export function aDoorWithOrder(order: OrderRow, over: Partial<Door> = {}): Door {
  const find: Door['order'] = async (id, scope) =>
    id === order.order_id && (scope.regions === 'all' || scope.regions.includes(order.region)) ? order : null
  return aDoor({
    order: find,
    relatedOrders: async (id, scope) => ((await find(id, scope)) === null ? null : { orders: [], more: false }),
    ...over,
  })
}
