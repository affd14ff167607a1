import type { Migration } from '../migrate.ts'

export const reports: Migration = {
  name: '002_reports',
  async up(trx) {
    await trx.raw(REPORTS)
    await trx.raw(OCCURRENCES)
    await trx.raw(DELIVERIES)
  },
}

/** `generated_until`: every occurrence due up to this instant has a row. */
const REPORTS = `
create table reports (
  id uuid primary key,
  owner_id uuid not null references people (id),
  title text not null,
  definition text not null,
  cron text not null,
  zone text not null,
  language text not null check (language in ('en', 'zh')),
  filters jsonb not null,
  recipients jsonb not null,
  enabled boolean not null,
  generated_until timestamptz not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);
`

/**
 * The key is the local calendar occurrence, so a change of the clock can neither double nor lose one.
 * `lease_until` of a running occurrence is when somebody else may take it over.
 */
const OCCURRENCES = `
create table report_occurrences (
  id uuid primary key,
  report_id uuid not null references reports (id) on delete cascade,
  local_date text not null,
  slot text not null,
  due_at timestamptz not null,
  as_of timestamptz,
  first_run_at timestamptz,
  state text not null check (state in ('due', 'running', 'done', 'failed', 'skipped_late')),
  lease_owner uuid,
  lease_until timestamptz,
  detail text not null default '',
  constraint report_occurrences_once unique (report_id, local_date, slot)
);
create index report_occurrences_open on report_occurrences (due_at) where state in ('due', 'running');
create index report_occurrences_report on report_occurrences (report_id, due_at);
`

/** 'sending' is committed before a mail is handed over; found again after a crash it means nobody knows. */
const DELIVERIES = `
create table report_deliveries (
  id uuid primary key,
  occurrence_id uuid not null references report_occurrences (id) on delete cascade,
  recipient text not null,
  message_id text not null unique,
  state text not null check (state in ('queued', 'sending', 'sent', 'in_doubt', 'failed')),
  transport text not null check (transport in ('file', 'smtp')),
  subject text not null default '',
  doubts integer not null default 0,
  attempts integer not null default 0,
  created_at timestamptz not null,
  sent_at timestamptz,
  detail text not null default '',
  constraint report_deliveries_once unique (occurrence_id, recipient)
);
create index report_deliveries_newest on report_deliveries (created_at);
`
