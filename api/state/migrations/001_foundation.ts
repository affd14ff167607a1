import type { Migration } from '../migrate.ts'

export const foundation: Migration = {
  name: '001_foundation',
  async up(trx) {
    await trx.raw(PEOPLE)
    await trx.raw(ACTIONS)
    await trx.raw(OUTBOX)
    await trx.raw(AUDIT)
  },
}

const PEOPLE = `
create table people (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  role text not null check (role in ('manager', 'agent', 'admin')),
  scope jsonb not null,
  money_limit bigint not null default 0 check (money_limit >= 0),
  password_hash text not null,
  is_demo boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create table sessions (
  id_hash text primary key,
  person_id uuid not null references people (id) on delete cascade,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ip text not null
);
create index sessions_person on sessions (person_id);
create table sign_in_attempts (
  id bigint generated always as identity primary key,
  account text not null,
  ip text not null,
  at timestamptz not null
);
create index sign_in_attempts_account on sign_in_attempts (account, ip, at);
create index sign_in_attempts_ip on sign_in_attempts (ip, at);
`

/**
 * `actions_one_cancel` and the check on `payment_reservations` are the last line: whatever the code above them
 * believes, an order is never canceled twice at once and a payment never returns more than it captured.
 */
const ACTIONS = `
create table actions (
  id uuid primary key,
  kind text not null check (kind in ('cancel_order', 'refund_payment')),
  order_id text not null,
  payment_id text not null default '',
  amount bigint not null default 0 check (amount >= 0),
  currency text not null default '',
  reason text not null,
  anomaly_id text not null default '',
  state text not null check (state in ('queued', 'sent', 'succeeded', 'failed', 'in_doubt')),
  requested_by uuid not null references people (id),
  requested_by_name text not null,
  requested_at timestamptz not null,
  sent_at timestamptz,
  settled_at timestamptz,
  detail text not null default '',
  check (kind <> 'refund_payment' or (amount > 0 and payment_id <> '' and currency <> ''))
);
create index actions_order on actions (order_id, requested_at);
create index actions_unsettled on actions (state) where state in ('queued', 'sent', 'in_doubt');
create unique index actions_one_cancel on actions (order_id) where kind = 'cancel_order' and state <> 'failed';
create table action_idempotency (
  person_id uuid not null references people (id),
  key text not null,
  request_hash text not null,
  action_id uuid references actions (id),
  created_at timestamptz not null default now(),
  primary key (person_id, key)
);
create table payment_reservations (
  order_id text not null,
  payment_id text not null,
  currency text not null,
  captured bigint not null check (captured >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  refunded bigint not null default 0 check (refunded >= 0),
  elsewhere bigint not null default 0 check (elsewhere >= 0),
  primary key (order_id, payment_id),
  constraint never_more_than_captured check (reserved + refunded + elsewhere <= captured or reserved + refunded = 0)
);
`

/** `xid` lets the relay skip rows whose transaction may still have older, uncommitted neighbours. */
const OUTBOX = `
create table outbox (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  topic text not null,
  aggregate text not null,
  message_id text not null,
  payload text not null,
  created_at timestamptz not null default now(),
  leased_until timestamptz,
  attempts integer not null default 0,
  last_error text not null default '',
  sent_at timestamptz,
  unique (topic, message_id)
);
create index outbox_unsent on outbox (xid, id) where sent_at is null;
create index outbox_unsent_aggregate on outbox (aggregate, id) where sent_at is null;
`

const AUDIT = `
create table audit (
  seq bigint primary key,
  at timestamptz not null,
  person_id text not null,
  person_name text not null,
  verb text not null,
  subject text not null,
  order_id text not null default '',
  detail text not null,
  prev_hash text not null,
  hash text not null
);
create index audit_order on audit (order_id, seq) where order_id <> '';
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit is append-only';
end $$;
create trigger audit_no_change before update or delete on audit for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit for each statement execute function audit_is_append_only();
`
