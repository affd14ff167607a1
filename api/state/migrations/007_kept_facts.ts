import type { Migration } from '../migrate.ts'

export const keptFacts: Migration = {
  name: '007_kept_facts',
  async up(trx) {
    await trx.raw(PARKED)
    await trx.raw(FACTS)
  },
}

/** Asked for while nobody could look at the order: decided when somebody can. */
const PARKED = `
alter table actions drop constraint actions_state_check;
alter table actions add constraint actions_state_check
  check (state in ('parked', 'queued', 'sent', 'succeeded', 'failed', 'in_doubt'));
create index actions_parked on actions (requested_at) where state = 'parked';
`

/** What was last known of an order by those who see what \`scope_hash\` stands for. */
const FACTS = `
create table kept_order_facts (
  order_id text not null,
  scope_hash text not null,
  facts jsonb not null,
  read_at timestamptz not null,
  primary key (order_id, scope_hash)
);
create index kept_order_facts_age on kept_order_facts (read_at);
`
