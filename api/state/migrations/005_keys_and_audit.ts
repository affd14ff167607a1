import type { Migration } from '../migrate.ts'

export const keysAndAudit: Migration = {
  name: '005_keys_and_audit',
  async up(trx) {
    await trx.raw(KEYS)
    await trx.raw(AUDIT)
  },
}

/** `hash` is of the whole secret. A revoked key keeps its row: the audit names it. */
const KEYS = `
create table api_keys (
  id text primary key,
  hash text not null unique,
  name text not null,
  person_id uuid not null references people (id) on delete cascade,
  permissions jsonb not null,
  scope jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  used_at timestamptz,
  used_from text
);
create index api_keys_person on api_keys (person_id, created_at);
`

/** Verbs and subjects are looked for by how they begin. */
const AUDIT = `
create index audit_verb on audit (verb text_pattern_ops, seq);
create index audit_subject on audit (subject text_pattern_ops, seq);
create index audit_at on audit (at);
`
