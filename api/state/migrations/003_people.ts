import type { Migration } from '../migrate.ts'

export const people: Migration = {
  name: '003_people',
  async up(trx) {
    await trx.raw(ROLES)
    await trx.raw(LIMITS)
    await trx.raw(LINKS)
    await trx.raw(KEYS)
  },
}

const ROLES = `
alter table people drop constraint people_role_check;
alter table people add constraint people_role_check
  check (role in ('manager', 'agent', 'lead', 'finance', 'operator', 'admin'));
`

/** Whose order it was is kept with an action, so that what one customer was given can be summed up. */
const LIMITS = `
alter table people add column money_limit_day bigint check (money_limit_day >= 0);
alter table people add column money_limit_customer bigint check (money_limit_customer >= 0);
alter table actions add column buyer_id text not null default '';
create index actions_by_person on actions (requested_by, requested_at) where amount > 0;
create index actions_by_buyer on actions (buyer_id, requested_at) where amount > 0 and buyer_id <> '';
`

/** Links by which a person sets a password. Used ones are deleted. */
const LINKS = `
create table password_links (
  hash text primary key,
  person_id uuid not null unique references people (id) on delete cascade,
  expires_at timestamptz not null
);
create index audit_person on audit (person_id, seq);
`

const KEYS = `
create table signing_keys (
  id text primary key,
  secret text not null,
  made_at timestamptz not null default now()
);
`
