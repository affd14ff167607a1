/** The one client of the API: a function per route, typed by the routes themselves. */
import { type TableFormat, mediaTypes } from '#api/contract/media-types.ts'
import { type Answer, type Asked, addressOf, call, fetchFile } from './call.ts'
import { patiently } from './patiently.ts'

export type DemoPeople = Answer<'get', '/api/session/demo'>
export type DimensionValues = Answer<'get', '/api/dimensions/{name}/values'>
export type IncidentsReply = Answer<'get', '/api/incidents'>
export type IncidentMembersReply = Answer<'get', '/api/incidents/{incident_id}/members'>
export type QueueReply = Answer<'get', '/api/queue'>
export type RawReply = Answer<'get', '/api/orders/{order_id}/raw'>
export type SearchReply = Answer<'get', '/api/search'>
export type ReportDefinitions = Answer<'get', '/api/reports/definitions'>
export type DeadLetterFilter = NonNullable<Asked<'get', '/api/data/dead-letters'>['query']>

type DrillBody = Asked<'post', '/api/drill'>['body']
type TrialBody = Asked<'post', '/api/rules/trials'>['body']

export const client = {
  session: () => call('get', '/api/session'),
  signIn: (email: string, password: string) => call('post', '/api/session', { body: { email, password } }),
  signOut: () => call('delete', '/api/session'),
  signInWays: () => call('get', '/api/session/ways'),
  providerAddress: (next: string | undefined) => addressOf('/api/session/oidc/start', { query: { next } }),
  providerSignOutAddress: () => addressOf('/api/session/oidc/out'),
  forgotPassword: (email: string, language: 'en' | 'zh') =>
    call('post', '/api/session/reset', { body: { email, language } }),
  demoPeople: () => call('get', '/api/session/demo'),

  catalogue: () => call('get', '/api/metrics'),
  boards: () => call('get', '/api/boards'),
  board: (slug: string) => call('get', '/api/boards/{slug}', { path: { slug } }),
  dimensionValues: (name: string) => call('get', '/api/dimensions/{name}/values', { path: { name } }),
  metrics: (requests: Asked<'post', '/api/metrics/query'>['body']['requests'], signal?: AbortSignal) =>
    patiently(() => call('post', '/api/metrics/query', { body: { requests, or_kept: true }, signal }), signal),
  drill: (body: DrillBody, signal?: AbortSignal) =>
    patiently(() => call('post', '/api/drill', { body, signal }), signal),
  openNumber: (query: Asked<'get', '/api/drill'>['query'], signal?: AbortSignal) =>
    patiently(() => call('get', '/api/drill', { query, signal }), signal),
  explain: (body: Asked<'post', '/api/explain'>['body'], signal?: AbortSignal) =>
    call('post', '/api/explain', { body, signal }),
  spikes: (body: Asked<'post', '/api/spikes'>['body'], signal?: AbortSignal) =>
    call('post', '/api/spikes', { body, signal }),
  exportLater: (body: Asked<'post', '/api/exports'>['body']) => patiently(() => call('post', '/api/exports', { body })),
  exports: (limit: number) => call('get', '/api/exports', { query: { limit } }),
  cancelExport: (id: string) => call('delete', '/api/exports/{id}', { path: { id } }),
  exportAddress: (id: string) => addressOf('/api/exports/{id}/file', { path: { id } }),
  drillExport: async (body: DrillBody, format: TableFormat) =>
    (await fetchFile('post', '/api/drill/export', mediaTypes[format], { body })).blob(),

  order: (order_id: string, known_at: string | undefined, signal?: AbortSignal) =>
    patiently(
      () => call('get', '/api/orders/{order_id}', { path: { order_id }, query: { known_at, or_kept: '1' }, signal }),
      signal,
    ),
  relatedOrders: (order_id: string, signal?: AbortSignal) =>
    patiently(() => call('get', '/api/orders/{order_id}/related', { path: { order_id }, signal }), signal),
  orderRaw: (order_id: string, known_at: string | undefined) =>
    call('get', '/api/orders/{order_id}/raw', { path: { order_id }, query: { known_at } }),
  revealEvent: (order_id: string, body: Asked<'post', '/api/orders/{order_id}/reveal'>['body']) =>
    call('post', '/api/orders/{order_id}/reveal', { path: { order_id }, body }),
  orderActions: (order_id: string) => call('get', '/api/orders/{order_id}/actions', { path: { order_id } }),
  act: (order_id: string, key: string, body: Asked<'post', '/api/orders/{order_id}/actions'>['body']) =>
    call('post', '/api/orders/{order_id}/actions', { path: { order_id }, headers: { 'idempotency-key': key }, body }),
  search: (query: Asked<'get', '/api/search'>['query'], signal?: AbortSignal) =>
    call('get', '/api/search', { query, signal }),
  queue: (query: Asked<'get', '/api/queue'>['query']) =>
    call('get', '/api/queue', { query: { ...query, or_kept: '1' } }),

  incidents: (state: 'open' | 'resolved' | 'all') => call('get', '/api/incidents', { query: { state, limit: 200 } }),
  incident: (incident_id: string) => call('get', '/api/incidents/{incident_id}', { path: { incident_id } }),
  incidentMembers: (incident_id: string, query: Asked<'get', '/api/incidents/{incident_id}/members'>['query']) =>
    call('get', '/api/incidents/{incident_id}/members', { path: { incident_id }, query }),

  silentSources: () => call('get', '/api/sources/silent'),

  rules: () => call('get', '/api/rules'),
  ruleVersions: (rule_row: string) => call('get', '/api/rules/{rule_row}/versions', { path: { rule_row } }),
  tryRule: (proposal: TrialBody['proposal'], window: Omit<TrialBody, 'proposal'>, signal?: AbortSignal) =>
    call('post', '/api/rules/trials', { body: { proposal, ...window }, signal }),
  trialOrders: (trial_id: string, query: Asked<'get', '/api/rules/trials/{trial_id}/orders'>['query']) =>
    call('get', '/api/rules/trials/{trial_id}/orders', { path: { trial_id }, query }),
  saveRule: (proposal: TrialBody['proposal'], trial_id: string) =>
    call('post', '/api/rules', { body: { proposal, trial_id } }),

  calendars: () => call('get', '/api/calendars'),
  tryCalendar: (body: Asked<'post', '/api/calendars/trials'>['body']) =>
    call('post', '/api/calendars/trials', { body }),
  saveCalendar: (body: Asked<'post', '/api/calendars'>['body']) => call('post', '/api/calendars', { body }),

  reportDefinitions: () => call('get', '/api/reports/definitions'),
  reports: () => call('get', '/api/reports'),
  createReport: (body: Asked<'post', '/api/reports'>['body']) => call('post', '/api/reports', { body }),
  changeReport: (id: string, body: Asked<'patch', '/api/reports/{id}'>['body']) =>
    call('patch', '/api/reports/{id}', { path: { id }, body }),
  deleteReport: (id: string) => call('delete', '/api/reports/{id}', { path: { id } }),
  previewAddress: (id: string) => addressOf('/api/reports/{id}/preview', { path: { id } }),
  sendReport: (id: string, key: string) =>
    call('post', '/api/reports/{id}/send', { path: { id }, headers: { 'idempotency-key': key } }),
  deliveries: async () => (await call('get', '/api/deliveries', { query: { limit: 200 } })).deliveries,
  emlAddress: (id: string) => addressOf('/api/deliveries/{id}/eml', { path: { id } }),

  health: () => call('get', '/api/data/health'),
  balance: () => call('get', '/api/data/balance'),
  landingRate: (hours: number) => call('get', '/api/data/rate', { query: { hours } }),
  storage: () => call('get', '/api/data/storage'),
  away: () => call('get', '/api/data/away'),
  models: async () => (await call('get', '/api/data/models')).models,
  model: (name: string) => call('get', '/api/data/models/{name}', { path: { name } }),
  deadLetters: (query: DeadLetterFilter) => call('get', '/api/data/dead-letters', { query }),
  deadLetterPage: (filter: DeadLetterFilter, limit: number, cursor: string | undefined) =>
    call('get', '/api/data/dead-letters/messages', { query: { ...filter, limit, cursor } }),
  rawMessage: (place: Asked<'post', '/api/data/dead-letters/reveal'>['body'], reason?: string) =>
    call('post', '/api/data/dead-letters/reveal', { body: { ...place, reason } }),
  auditFindings: (query: Asked<'get', '/api/data/audit/findings'>['query']) =>
    call('get', '/api/data/audit/findings', { query }),
  replay: (body: Asked<'post', '/api/data/replays'>['body']) => call('post', '/api/data/replays', { body }),
  stopReplay: (job_id: string) => call('post', '/api/data/replays/{job_id}/stop', { path: { job_id } }),
  holdBreaker: (topic: string) => call('post', '/api/data/breakers/hold', { body: { topic } }),

  people: () => call('get', '/api/people'),
  addPerson: (body: Asked<'post', '/api/people'>['body']) => call('post', '/api/people', { body }),
  changePerson: (person_id: string, body: Asked<'patch', '/api/people/{person_id}'>['body']) =>
    call('patch', '/api/people/{person_id}', { path: { person_id }, body }),
  mailAddress: (person_id: string) => addressOf('/api/people/{person_id}/mail', { path: { person_id } }),
  passwordLink: (person_id: string) => call('post', '/api/people/{person_id}/link', { path: { person_id } }),
  keys: async () => (await call('get', '/api/keys')).keys,
  makeKey: (body: Asked<'post', '/api/keys'>['body']) => call('post', '/api/keys', { body }),
  revokeKey: (key_id: string) => call('delete', '/api/keys/{key_id}', { path: { key_id } }),
  audit: (query: Asked<'get', '/api/audit'>['query'], signal?: AbortSignal) =>
    call('get', '/api/audit', { query, signal }),
  auditChain: (again: boolean) => call('get', '/api/audit/chain', { query: again ? { again: '1' } : {} }),
  setPassword: (token: string, password: string) =>
    call('post', '/api/session/password', { body: { token, password } }),
}
