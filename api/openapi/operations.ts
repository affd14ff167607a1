/** Every described route, a feature after the other. */
import { actionOperations } from '../features/actions/openapi.ts'
import { auditOperations } from '../features/audit/openapi.ts'
import { boardOperations } from '../features/boards/openapi.ts'
import { calendarOperations } from '../features/calendars/openapi.ts'
import { dataOperations } from '../features/data/openapi.ts'
import { exportOperations } from '../features/exports/openapi.ts'
import { incidentOperations } from '../features/incidents/openapi.ts'
import { ingestOperations } from '../features/ingest/openapi.ts'
import { keyOperations } from '../features/keys/openapi.ts'
import { liveOperations } from '../features/live/openapi.ts'
import { metricOperations } from '../features/metrics/openapi.ts'
import { orderOperations } from '../features/orders/openapi.ts'
import { peopleOperations } from '../features/people/openapi.ts'
import { personalOperations } from '../features/personal/openapi.ts'
import { queueOperations } from '../features/queue/openapi.ts'
import { reportOperations } from '../features/reports/openapi.ts'
import { ruleOperations } from '../features/rules/openapi.ts'
import { searchOperations } from '../features/search/openapi.ts'
import { sessionOperations } from '../features/session/openapi.ts'
import { machineryOperations } from './machinery.ts'

export const operations = {
  ...sessionOperations,
  ...metricOperations,
  ...exportOperations,
  ...boardOperations,
  ...orderOperations,
  ...personalOperations,
  ...peopleOperations,
  ...keyOperations,
  ...searchOperations,
  ...actionOperations,
  ...auditOperations,
  ...queueOperations,
  ...incidentOperations,
  ...ruleOperations,
  ...calendarOperations,
  ...reportOperations,
  ...dataOperations,
  ...liveOperations,
  ...ingestOperations,
  ...machineryOperations,
}
