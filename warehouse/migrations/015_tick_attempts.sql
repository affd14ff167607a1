-- What payment gateways did with the orders of the running tick; emptied at its start. The columns of `int_gateway_attempts`.
create table tick_attempts (
  order_id String,
  gateway String,
  window_ms Int64,
  block_at DateTime64(3, 'UTC'),
  at DateTime64(3, 'UTC'),
  event_id String,
  is_failure UInt8
)
engine = MergeTree
order by order_id
