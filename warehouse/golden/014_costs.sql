-- What a thing gone wrong costs beside the money of the order, and which team took an anomaly.
alter table events_shard on cluster main
  add column if not exists cost_id String,
  add column if not exists cost_kind LowCardinality(String),
  add column if not exists team LowCardinality(String)

-- next statement
create or replace table events on cluster main as events_shard engine = Distributed(main, currentDatabase(), events_shard, cityHash64(order_id))
