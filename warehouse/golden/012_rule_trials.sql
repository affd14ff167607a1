-- What a proposed threshold would have found, beside what today's finds: one row per trial, order and thing the rule is
-- attached to. Kept for a week, so that every number of a trial opens as its orders.
create table rule_trials_shard on cluster main (
  trial_id String,
  order_id String,
  order_no String,
  attached_to_id String,
  channel LowCardinality(String),
  region LowCardinality(String),
  currency LowCardinality(String),
  exposure_amount Int64,
  now_level LowCardinality(String),
  then_level LowCardinality(String),
  now_opened_at Nullable(DateTime64(3, 'UTC')),
  then_opened_at Nullable(DateTime64(3, 'UTC')),
  now_due_at Nullable(DateTime64(3, 'UTC')),
  then_due_at Nullable(DateTime64(3, 'UTC')),
  now_promise LowCardinality(String),
  then_promise LowCardinality(String),
  verdict LowCardinality(String),
  tried_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (trial_id, order_id)
ttl toDateTime(tried_at) + interval 7 day

-- next statement
create or replace table rule_trials on cluster main as rule_trials_shard engine = Distributed(main, currentDatabase(), rule_trials_shard, cityHash64(order_id))

-- next statement
-- What was tried, by whom and with which outcome of the trial itself.
create table rule_trial_log on cluster main (
  trial_id String,
  rule LowCardinality(String),
  draft String,
  orders UInt64,
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  ms UInt32,
  tried_by String,
  tried_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by trial_id
ttl toDateTime(tried_at) + interval 7 day
