/** The one client of the API: a function per route, typed by `api/contract`. */
import type { z } from 'zod'
import type { Action, ActionBody, OrderActions } from '#api/contract/actions.ts'
import type { Board, boardListSchema, dimensionValuesSchema } from '#api/contract/boards.ts'
import type {
  AuditFindings,
  Balance,
  DataHealth,
  DeadLetterPage,
  DeadLetters,
  LandingRate,
  MessagePlace,
  ModelDetail,
  ModelState,
  RawMessage,
  ReplayBody,
  Storage,
} from '#api/contract/data.ts'
import type {
  Catalogue,
  DrillRequestInput,
  DrillResult,
  ExplainRequestInput,
  ExplainResult,
  MetricRequestInput,
  MetricsQueryReply,
  SpikeCourse,
  SpikeCourseRequestInput,
} from '#api/contract/metrics.ts'
import { type TableFormat, mediaTypes } from '#api/contract/media-types.ts'
import type { IncidentPage, incidentMembersReplySchema, incidentsReplySchema } from '#api/contract/incidents.ts'
import type { OrderPage, queueReplySchema, rawReplySchema, searchReplySchema } from '#api/contract/orders.ts'
import type { Invited, ManagedPerson, NewPersonBody, PersonChange, peopleReplySchema } from '#api/contract/people.ts'
import type { RevealBody, revealReplySchema } from '#api/contract/personal.ts'
import type { Delivery, Report, ReportBody, reportDefinitionsSchema } from '#api/contract/reports.ts'
import type { PartName, RuleProposal, RulesReply, SavedRule, Trial, TrialOrders } from '#api/contract/rules.ts'
import type { demoPeopleSchema, Session } from '#api/contract/session.ts'
import type { SilentSourcesReply } from '#api/contract/sources.ts'
import { json, send } from './http.ts'
import { patiently } from './patiently.ts'

export type DemoPeople = z.infer<typeof demoPeopleSchema>
export type DimensionValues = z.infer<typeof dimensionValuesSchema>
export type IncidentsReply = z.infer<typeof incidentsReplySchema>
export type IncidentMembersReply = z.infer<typeof incidentMembersReplySchema>
export type QueueReply = z.infer<typeof queueReplySchema>
export type RawReply = z.infer<typeof rawReplySchema>
type PeopleReply = z.infer<typeof peopleReplySchema>
type RevealReply = z.infer<typeof revealReplySchema>
export type SearchReply = z.infer<typeof searchReplySchema>
export type ReportDefinitions = z.infer<typeof reportDefinitionsSchema>

export type DeadLetterFilter = {
  reason?: string | undefined
  topic?: string | undefined
  format?: string | undefined
  path?: string | undefined
  cured?: '0' | '1' | undefined
}

const part = encodeURIComponent

function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export const client = {
  session: () => json<Session>('/api/session'),
  signIn: (email: string, password: string) =>
    json<Session>('/api/session', { method: 'POST', body: { email, password } }),
  signOut: () => json<void>('/api/session', { method: 'DELETE' }),
  demoPeople: () => json<DemoPeople>('/api/session/demo'),

  catalogue: () => json<Catalogue>('/api/metrics'),
  boards: () => json<z.infer<typeof boardListSchema>>('/api/boards'),
  board: (slug: string) => json<Board>(`/api/boards/${part(slug)}`),
  dimensionValues: (name: string) => json<DimensionValues>(`/api/dimensions/${part(name)}/values`),
  metrics: (requests: MetricRequestInput[], signal?: AbortSignal) =>
    patiently(
      () =>
        json<MetricsQueryReply>('/api/metrics/query', {
          method: 'POST',
          body: { requests },
          ...(signal ? { signal } : {}),
        }),
      signal,
    ),
  drill: (request: DrillRequestInput, signal?: AbortSignal) =>
    patiently(
      () => json<DrillResult>('/api/drill', { method: 'POST', body: request, ...(signal ? { signal } : {}) }),
      signal,
    ),
  explain: (request: ExplainRequestInput, signal?: AbortSignal) =>
    json<ExplainResult>('/api/explain', { method: 'POST', body: request, ...(signal ? { signal } : {}) }),
  spikes: (request: SpikeCourseRequestInput, signal?: AbortSignal) =>
    json<SpikeCourse>('/api/spikes', { method: 'POST', body: request, ...(signal ? { signal } : {}) }),
  drillExport: async (request: DrillRequestInput, format: TableFormat) =>
    (
      await send('/api/drill/export', { method: 'POST', body: request, headers: { accept: mediaTypes[format] } })
    ).blob(),

  order: (id: string, known_at: string | undefined, signal?: AbortSignal) =>
    patiently(() => json<OrderPage>(`/api/orders/${part(id)}${query({ known_at })}`, signal ? { signal } : {}), signal),
  orderRaw: (id: string, known_at: string | undefined) =>
    json<RawReply>(`/api/orders/${part(id)}/raw${query({ known_at })}`),
  people: () => json<PeopleReply>('/api/people'),
  addPerson: (body: NewPersonBody) => json<Invited>('/api/people', { method: 'POST', body }),
  changePerson: (id: string, body: PersonChange) =>
    json<ManagedPerson>(`/api/people/${part(id)}`, { method: 'PATCH', body }),
  passwordLink: (id: string) => json<Invited>(`/api/people/${part(id)}/link`, { method: 'POST' }),
  setPassword: (token: string, password: string) =>
    send('/api/session/password', { method: 'POST', body: { token, password } }),
  revealEvent: (id: string, body: RevealBody) =>
    json<RevealReply>(`/api/orders/${part(id)}/reveal`, { method: 'POST', body }),
  orderActions: (id: string) => json<OrderActions>(`/api/orders/${part(id)}/actions`),
  act: (id: string, key: string, body: ActionBody) =>
    json<Action>(`/api/orders/${part(id)}/actions`, { method: 'POST', body, headers: { 'idempotency-key': key } }),
  search: (asked: Record<string, string | number | undefined>, signal?: AbortSignal) =>
    json<SearchReply>(`/api/search${query(asked)}`, signal ? { signal } : {}),
  queue: (asked: { view: string; type: string; collapse: 'incidents' | 'none'; limit: number; offset: number }) =>
    json<QueueReply>(`/api/queue${query(asked)}`),

  incidents: (state: string) => json<IncidentsReply>(`/api/incidents${query({ state, limit: 200 })}`),
  incident: (id: string) => json<IncidentPage>(`/api/incidents/${part(id)}`),
  incidentMembers: (id: string, asked: { state: string; limit: number; cursor?: string | undefined }) =>
    json<IncidentMembersReply>(`/api/incidents/${part(id)}/members${query(asked)}`),

  silentSources: () => json<SilentSourcesReply>('/api/sources/silent'),

  rules: () => json<RulesReply>('/api/rules'),
  ruleVersions: (row: string) => json<SavedRule[]>(`/api/rules/${part(row)}/versions`),
  tryRule: (proposal: RuleProposal, window: { from: string; to: string; zone: string }, signal?: AbortSignal) =>
    json<Trial>('/api/rules/trials', {
      method: 'POST',
      body: { proposal, ...window },
      ...(signal ? { signal } : {}),
    }),
  trialOrders: (id: string, asked: { part: PartName; day?: string | undefined; zone: string; limit: number }) =>
    json<TrialOrders>(`/api/rules/trials/${part(id)}/orders${query(asked)}`),
  saveRule: (proposal: RuleProposal, trialId: string) =>
    json<SavedRule>('/api/rules', { method: 'POST', body: { proposal, trial_id: trialId } }),

  reportDefinitions: () => json<ReportDefinitions>('/api/reports/definitions'),
  reports: () => json<Report[]>('/api/reports'),
  createReport: (body: ReportBody) => json<Report>('/api/reports', { method: 'POST', body }),
  changeReport: (id: string, body: Partial<ReportBody>) =>
    json<Report>(`/api/reports/${part(id)}`, { method: 'PATCH', body }),
  deleteReport: (id: string) => json<void>(`/api/reports/${part(id)}`, { method: 'DELETE' }),
  previewAddress: (id: string) => `/api/reports/${part(id)}/preview`,
  sendReport: (id: string, key: string) =>
    json<unknown>(`/api/reports/${part(id)}/send`, { method: 'POST', headers: { 'idempotency-key': key } }),
  deliveries: () => json<Delivery[]>('/api/deliveries'),
  emlAddress: (id: string) => `/api/deliveries/${part(id)}/eml`,

  health: () => json<DataHealth>('/api/data/health'),
  balance: () => json<Balance>('/api/data/balance'),
  landingRate: (hours: number) => json<LandingRate>(`/api/data/rate${query({ hours })}`),
  storage: () => json<Storage>('/api/data/storage'),
  models: async () => (await json<{ models: ModelState[] }>('/api/data/models')).models,
  model: (name: string) => json<ModelDetail>(`/api/data/models/${part(name)}`),
  deadLetters: (filter: DeadLetterFilter) => json<DeadLetters>(`/api/data/dead-letters${query(filter)}`),
  deadLetterPage: (filter: DeadLetterFilter, limit: number, offset: number) =>
    json<DeadLetterPage>(`/api/data/dead-letters/messages${query({ ...filter, limit, offset })}`),
  rawMessage: (place: MessagePlace, reason?: string) =>
    json<RawMessage>('/api/data/dead-letters/reveal', {
      method: 'POST',
      body: { ...place, ...(reason !== undefined && { reason }) },
    }),
  auditFindings: (stream: { topic: string; partition: number; epoch: string }) =>
    json<AuditFindings>(
      `/api/data/audit/findings?${new URLSearchParams({ ...stream, partition: String(stream.partition) })}`,
    ),
  replay: (selection: ReplayBody) => json<{ job_id: string }>('/api/data/replays', { method: 'POST', body: selection }),
  stopReplay: (id: string) => json<unknown>(`/api/data/replays/${part(id)}/stop`, { method: 'POST' }),
  holdBreaker: (topic: string) => json<unknown>('/api/data/breakers/hold', { method: 'POST', body: { topic } }),
}
