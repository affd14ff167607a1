import type { Migration } from '../migrate.ts'

export const exports: Migration = {
  name: '004_exports',
  async up(trx) {
    await trx.raw(EXPORTS)
  },
}

/**
 * `scope` is what its owner could see when the file was made. `lease_until` of a running export is when its process is
 * taken for dead and somebody may begin again.
 */
const EXPORTS = `
create table exports (
  id uuid primary key,
  owner_id uuid not null references people (id),
  metric text not null,
  drill jsonb not null,
  format text not null check (format in ('csv', 'xlsx', 'arrow')),
  as_of timestamptz not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
  rows bigint not null default 0,
  rows_total bigint not null,
  bytes bigint not null default 0,
  scope jsonb,
  failure text,
  detail text not null default '',
  attempts integer not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz
);
create index exports_own on exports (owner_id, created_at, id);
create index exports_open on exports (created_at) where state in ('queued', 'running', 'done');
`
