-- What the running tick works on; emptied at its start.
create table tick_orders_shard on cluster main (order_id String)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by order_id

-- next statement
create or replace table tick_orders on cluster main as tick_orders_shard engine = Distributed(main, currentDatabase(), tick_orders_shard, cityHash64(order_id))

-- next statement
-- Batches whose orders were worked out. Written last, so a tick that died is simply done again.
create table tick_batches on cluster main (batch_id String, done_at DateTime64(3, 'UTC') default now64(3, 'UTC'))
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (done_at, batch_id)

-- next statement
-- When an order must be looked at again although nothing happened to it. A stale row is harmless, a missing one is not.
create table wake_ups_shard on cluster main (wake_at DateTime64(3, 'UTC'), order_id String, planned_at DateTime default now())
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (wake_at, order_id)
ttl greatest(toDateTime(wake_at), planned_at) + interval 30 day

-- next statement
create or replace table wake_ups on cluster main as wake_ups_shard engine = Distributed(main, currentDatabase(), wake_ups_shard, cityHash64(order_id))

-- next statement
create table tick_log on cluster main (
  tick_id String,
  started_at DateTime64(3, 'UTC'),
  clock_at DateTime64(3, 'UTC'),
  batches UInt32,
  orders UInt32,
  opened UInt32,
  resolved UInt32,
  ms UInt32
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by started_at

-- next statement
-- Which text each derived relation was built from; another text means it is built anew.
create table model_versions on cluster main (name String, hash String, built_at DateTime64(3, 'UTC') default now64(3, 'UTC'))
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', built_at)
order by name
