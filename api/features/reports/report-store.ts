/** Reports at rest. */
import type { Knex } from 'knex'
import { may } from '../../contract/permissions.ts'
import type { ReportBody } from '../../contract/reports.ts'
import type { Person } from '../../contract/session.ts'
import type { Filter } from '#transforms/query/request.ts'

export type StoredReport = ReportBody & {
  id: string
  owner_id: string
  owner_name: string
  created_at: Date
  generated_until: Date
}

type ReportRow = {
  id: string
  owner_id: string
  owner_name: string
  title: string
  definition: string
  cron: string
  zone: string
  language: 'en' | 'zh'
  filters: Filter[]
  recipients: string[]
  enabled: boolean
  generated_until: Date
  created_at: Date
}

export function toColumns(body: ReportBody) {
  const { where, recipients, ...rest } = body
  return { ...rest, filters: JSON.stringify(where), recipients: JSON.stringify(recipients) }
}

function toReport({ filters, ...rest }: ReportRow): StoredReport {
  return { ...rest, where: filters }
}

const columns = [
  'r.id',
  'r.owner_id',
  'p.name as owner_name',
  'r.title',
  'r.definition',
  'r.cron',
  'r.zone',
  'r.language',
  'r.filters',
  'r.recipients',
  'r.enabled',
  'r.generated_until',
  'r.created_at',
]

function live(knex: Knex) {
  return knex('reports as r')
    .join('people as p', 'p.id', 'r.owner_id')
    .whereNull('r.deleted_at')
    .select<ReportRow[]>(columns)
}

/** Reports a person owns or receives; who manages reports sees all. */
export async function listReports(knex: Knex, person: Pick<Person, 'id' | 'email' | 'role'>): Promise<StoredReport[]> {
  const query = live(knex).orderBy('r.created_at')
  if (!may(person, 'reports.manage')) {
    void query.where(
      (either) =>
        void either
          .where('r.owner_id', person.id)
          .orWhereRaw('r.recipients @> ?::jsonb', [JSON.stringify([person.email])]),
    )
  }
  return (await query).map(toReport)
}

export async function findReport(knex: Knex, id: string): Promise<StoredReport | null> {
  const row = (await live(knex).where('r.id', id))[0]
  return row ? toReport(row) : null
}
