-- What payment gateways did with the orders of the running tick; emptied at its start. The columns of `int_gateway_attempts`.
create table tick_attempts_shard on cluster main (
  order_id String,
  gateway String,
  window_ms Int64,
  block_at DateTime64(3, 'UTC'),
  at DateTime64(3, 'UTC'),
  event_id String,
  is_failure UInt8
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by order_id

-- next statement
create or replace table tick_attempts on cluster main as tick_attempts_shard engine = Distributed(main, currentDatabase(), tick_attempts_shard, cityHash64(order_id))
