/** The one door to the numbers and to the rows behind them. Every read of rows takes the caller's scope. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Project, readProject } from '../engine/project.ts'
import { createKnowledge } from '../knowledge/knowledge.ts'
import { type Definitions, catalogueOf, definitions as ownDefinitions } from '../metrics/definitions.ts'
import { type AnomalyReads, type QueuePage, type QueueRequest, createAnomalyReads } from './anomalies.ts'
import { type Asking, createAsking } from './ask.ts'
import { type ChangeReads, createChangeReads } from './changes.ts'
import { type DimensionValue, createDimensionValues } from './dimension-values.ts'
import { type HealthReads, createHealthReads } from './health.ts'
import { type IncidentReads, createIncidentReads } from './incidents.ts'
import { type Explaining, createExplaining } from './explain.ts'
import { type KnownOrderReads, createKnownOrderReads } from './known-order.ts'
import { type Measuring, createMeasuring } from './measure.ts'
import { createCostReads } from './order-costs.ts'
import { createPromiseReads } from './order-promises.ts'
import { type OrderReads, createOrderReads } from './orders.ts'
import { createRelatedReads } from './related-orders.ts'
import type { Catalogue, RowScope } from './request.ts'
import { type SearchPage, type SearchRequest, searchOrders } from './search.ts'
import { type SourceReads, createSourceReads } from './source-health.ts'
import { type SpikeCourses, createSpikeCourses } from './spike-course.ts'
import { type Spikes, createSpikes } from './spikes.ts'

export type Door = Measuring &
  Asking &
  Explaining &
  Spikes &
  SpikeCourses &
  OrderReads &
  KnownOrderReads &
  HealthReads &
  SourceReads &
  IncidentReads &
  ChangeReads &
  Pick<AnomalyReads, 'orderAnomalies'> & {
    readonly orderPromises: ReturnType<typeof createPromiseReads>
    readonly orderCosts: ReturnType<typeof createCostReads>
    readonly relatedOrders: ReturnType<typeof createRelatedReads>
    catalogue(): Catalogue
    /** Values seen within the scope, most frequent first, at most 200. */
    dimensionValues(dimension: string, scope: RowScope): Promise<DimensionValue[]>
    queue(request: QueueRequest, scope: RowScope): Promise<QueuePage & { data_as_of: string }>
    search(request: SearchRequest, scope: RowScope): Promise<SearchPage>
  }

export type DoorOptions = {
  readonly definitions?: Definitions
  readonly now?: () => Date
  /** How long a question waits for what was known at an instant to be worked out; see `Knowledge`. */
  readonly waitMs?: number
}

export function createDoor(warehouse: Warehouse, options: DoorOptions = {}): Door {
  const { definitions = ownDefinitions(), now = () => new Date() } = options
  let catalogue: Catalogue | undefined
  const health = createHealthReads(warehouse, now)
  const { orderAnomalies, queuePage } = createAnomalyReads(warehouse, () => health.dataAsOf())
  let project: Project | undefined
  const knowledge = createKnowledge(warehouse, {
    project: () => (project ??= readProject()),
    relations: relationsOf(definitions),
    now,
    ...(options.waitMs !== undefined && { waitMs: options.waitMs }),
  })
  const measuring = createMeasuring(warehouse, definitions, { knowledge, now })
  return {
    ...measuring,
    ...createAsking(definitions, measuring.measure, now),
    ...createSpikes(definitions, measuring.measure),
    ...createSpikeCourses(definitions, measuring.measure, now),
    ...createExplaining(warehouse, definitions, now),
    ...createOrderReads(warehouse),
    ...createKnownOrderReads(warehouse, knowledge),
    ...health,
    ...createSourceReads(warehouse),
    ...createIncidentReads(warehouse, () => health.dataAsOf()),
    ...createChangeReads(warehouse),
    orderAnomalies,
    orderPromises: createPromiseReads(warehouse),
    orderCosts: createCostReads(warehouse),
    relatedOrders: createRelatedReads(warehouse),
    catalogue: () => (catalogue ??= catalogueOf(definitions)),
    dimensionValues: createDimensionValues(warehouse, definitions, now),
    async queue(request, scope) {
      const [page, data_as_of] = await Promise.all([queuePage(request, scope), health.dataAsOf()])
      return { ...page, data_as_of }
    },
    search: (request, scope) => searchOrders(warehouse, request, scope),
  }
}

/** Everything that metrics are measured on. */
function relationsOf({ datasets, sets }: Definitions): string[] {
  return [...new Set([...datasets.values(), ...sets.values()].map(({ relation }) => relation))]
}
