/** The shapes that the description calls by a name instead of repeating them. Names are part of the contract: generated clients use them. */
import { z } from 'zod'
import {
  actionBodySchema,
  actionKindSchema,
  actionSchema,
  actionStateSchema,
  legalActionSchema,
} from '../contract/actions.ts'
import { orderAnomalySchema, queueRowSchema } from '../contract/anomalies.ts'
import { auditChainSchema, auditEntrySchema } from '../contract/audit.ts'
import { boardSchema } from '../contract/boards.ts'
import {
  auditSummarySchema,
  auditedStreamSchema,
  balanceSchema,
  breakerSchema,
  dataHealthSchema,
  dataSourceSchema,
  heardSystemSchema,
  ingestJobSchema,
  messagePlaceSchema,
  topicBalanceSchema,
} from '../contract/data.ts'
import { errorSchema } from '../contract/errors.ts'
import { incidentPageSchema, incidentRowSchema, incidentStateSchema } from '../contract/incidents.ts'
import {
  lineRowSchema,
  milestoneSchema,
  orderHeaderSchema,
  orderPageSchema,
  orderPauseSchema,
  parcelRowSchema,
  paymentRowSchema,
  queueViewSchema,
  refundRowSchema,
  timelineEventSchema,
} from '../contract/orders.ts'
import { apiKeySchema } from '../contract/keys.ts'
import { liveEventSchemas } from '../contract/live.ts'
import { deliverySchema, occurrenceSchema, reportBodySchema, reportSchema } from '../contract/reports.ts'
import {
  partNameSchema,
  ruleProposalSchema,
  ruleVersionSchema,
  savedRuleSchema,
  trialOrderSchema,
  trialSchema,
} from '../contract/rules.ts'
import { drillBodySchema, drillReplySchema } from '../contract/metrics.ts'
import { managedPersonSchema } from '../contract/people.ts'
import { personSchema, roleSchema, sessionSchema } from '../contract/session.ts'
import { silentSourceSchema } from '../contract/sources.ts'
import { tileSchema } from '#dashboards/board.ts'
import { ruleDraftSchema } from '#transforms/rules/shop-rule.ts'
import {
  catalogueSchema,
  countedSchema,
  dimensionCardSchema,
  drillRequestSchema,
  explainRequestSchema,
  explainResultSchema,
  explanationSchema,
  filterSchema,
  grainSchema,
  localizedSchema,
  metricAnswerSchema,
  metricCardSchema,
  metricQuerySchema,
  rowScopeSchema,
  spikeCourseRequestSchema,
  spikeCourseSchema,
  timeBasisSchema,
  unitSchema,
} from '#transforms/query/request.ts'

const named: Readonly<Record<string, z.ZodType>> = {
  Action: actionSchema,
  ActionBody: actionBodySchema,
  ActionKind: actionKindSchema,
  ActionState: actionStateSchema,
  Anomaly: orderAnomalySchema,
  ApiKey: apiKeySchema,
  AuditChain: auditChainSchema,
  AuditEntry: auditEntrySchema,
  AuditSummary: auditSummarySchema,
  AuditedStream: auditedStreamSchema,
  Balance: balanceSchema,
  Board: boardSchema,
  Breaker: breakerSchema,
  Catalogue: catalogueSchema,
  Counted: countedSchema,
  DataHealth: dataHealthSchema,
  DataSource: dataSourceSchema,
  Delivery: deliverySchema,
  DimensionCard: dimensionCardSchema,
  DrillBody: drillBodySchema,
  DrillRequest: drillRequestSchema,
  DrillReply: drillReplySchema,
  Error: errorSchema,
  ExplainRequest: explainRequestSchema,
  ExplainResult: explainResultSchema,
  Explanation: explanationSchema,
  Filter: filterSchema,
  Grain: grainSchema,
  HeardSystem: heardSystemSchema,
  Incident: incidentRowSchema,
  IncidentPage: incidentPageSchema,
  IncidentState: incidentStateSchema,
  IngestJob: ingestJobSchema,
  LegalAction: legalActionSchema,
  Line: lineRowSchema,
  LiveBoards: liveEventSchemas.boards,
  LiveClock: liveEventSchemas.clock,
  LiveHello: liveEventSchemas.hello,
  LiveOrders: liveEventSchemas.orders,
  LiveQueue: liveEventSchemas.queue,
  LiveReset: liveEventSchemas.reset,
  Localized: localizedSchema,
  ManagedPerson: managedPersonSchema,
  MessagePlace: messagePlaceSchema,
  MetricAnswer: metricAnswerSchema,
  MetricCard: metricCardSchema,
  MetricQuery: metricQuerySchema,
  Milestone: milestoneSchema,
  Occurrence: occurrenceSchema,
  OrderHeader: orderHeaderSchema,
  OrderPage: orderPageSchema,
  OrderPause: orderPauseSchema,
  Parcel: parcelRowSchema,
  Payment: paymentRowSchema,
  Person: personSchema,
  QueueRow: queueRowSchema,
  QueueView: queueViewSchema,
  Refund: refundRowSchema,
  Report: reportSchema,
  ReportBody: reportBodySchema,
  Role: roleSchema,
  RowScope: rowScopeSchema,
  RuleDraft: ruleDraftSchema,
  RuleProposal: ruleProposalSchema,
  RuleVersion: ruleVersionSchema,
  SavedRule: savedRuleSchema,
  Session: sessionSchema,
  SilentSource: silentSourceSchema,
  SpikeCourse: spikeCourseSchema,
  SpikeCourseRequest: spikeCourseRequestSchema,
  Tile: tileSchema,
  TimeBasis: timeBasisSchema,
  TimelineEvent: timelineEventSchema,
  TopicBalance: topicBalanceSchema,
  Trial: trialSchema,
  TrialOrder: trialOrderSchema,
  TrialPart: partNameSchema,
  Unit: unitSchema,
}

/** Names them where zod and the description look names up. */
export function nameComponents(): void {
  for (const [id, schema] of Object.entries(named)) schema.register(z.globalRegistry, { ...schema.meta(), id })
}
