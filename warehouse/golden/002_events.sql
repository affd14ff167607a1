-- One row per landed copy of a canonical event: a message delivered twice is two rows with one (source, event_id),
-- so that landed = events (ordinal 0) + dead letters holds exactly. Readers that list events take one copy each.
-- Columns after the envelope are the fields of ingest/contracts/fields.ts; a test compares them.
create table events_shard on cluster main (
  order_id String,
  occurred_at DateTime64(3, 'UTC') codec(Delta, LZ4),
  source LowCardinality(String),
  event_id String,
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  offset UInt64,
  ordinal UInt16,
  batch_id String codec(ZSTD(1)),
  event_type LowCardinality(String),
  major UInt8 default 1,
  recorded_at Nullable(DateTime64(3, 'UTC')),
  landed_at DateTime64(3, 'UTC') codec(Delta, LZ4),
  sequence UInt64,
  correlation_id String,
  causation_id String,
  auth_type LowCardinality(String),
  auth_id String,
  historic UInt8,
  k UInt128 alias bitOr(bitOr(bitShiftLeft(toUInt128(least(sequence, 4294967295)), 96), bitShiftLeft(toUInt128(toUnixTimestamp64Milli(occurred_at)), 48)), toUInt128(bitAnd(cityHash64(source, event_id), 281474976710655))),
  order_no String,
  channel LowCardinality(String),
  shop_id LowCardinality(String),
  buyer_id String,
  buyer_name String,
  buyer_phone_tail String,
  region LowCardinality(String),
  currency LowCardinality(String),
  amount_payable Nullable(Int64),
  amount_items Nullable(Int64),
  amount_freight Nullable(Int64),
  amount_discount Nullable(Int64),
  payment_expires_at Nullable(DateTime64(3,'UTC')),
  promised_ship_by Nullable(DateTime64(3,'UTC')),
  promised_delivery_from Nullable(DateTime64(3,'UTC')),
  promised_delivery_until Nullable(DateTime64(3,'UTC')),
  source_status LowCardinality(String),
  hold_reason LowCardinality(String),
  reason String,
  lines Array(Tuple(line_id String, sku String, name String, category String, seller_id String, seller_region String, quantity UInt32, unit_price Int64, amount Int64, freight Int64)),
  payment_id String,
  amount Nullable(Int64),
  method LowCardinality(String),
  provider LowCardinality(String),
  failure_code LowCardinality(String),
  refund_id String,
  refund_channel LowCardinality(String),
  failure_reason LowCardinality(String),
  dispute_id String,
  fulfillment_id String,
  shipment_id String,
  warehouse_id LowCardinality(String),
  carrier_code LowCardinality(String),
  tracking_no String,
  status LowCardinality(String),
  raw_status LowCardinality(String),
  substatus LowCardinality(String),
  location String,
  message String,
  eta_from Nullable(DateTime64(3,'UTC')),
  eta_until Nullable(DateTime64(3,'UTC')),
  sku String,
  quantity Nullable(Int64),
  reservation_id String,
  coupon_id String,
  action LowCardinality(String),
  target String,
  before String,
  after String,
  reason_code LowCardinality(String),
  return_id String,
  expectation_kind LowCardinality(String),
  due_at Nullable(DateTime64(3,'UTC')),
  anomaly_id String,
  anomaly_type LowCardinality(String),
  level LowCardinality(String),
  severity LowCardinality(String),
  action_id String,
  medium LowCardinality(String),
  template LowCardinality(String),
  recipient_ref String,
  report_id String,
  occurrence_id String,
  review_id String,
  score Nullable(Int64)
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (order_id, occurred_at, source, event_id, topic, partition, epoch, offset, ordinal)
settings index_granularity = 1024, min_bytes_for_wide_part = 268435456

-- next statement
create or replace table events on cluster main as events_shard engine = Distributed(main, currentDatabase(), events_shard, cityHash64(order_id))

-- next statement
-- The change feed: which orders a batch touched. Filled by a view, read by the tick.
create table touched_shard on cluster main (batch_id String, order_id String)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (batch_id, order_id)

-- next statement
create or replace table touched on cluster main as touched_shard engine = Distributed(main, currentDatabase(), touched_shard, cityHash64(order_id))

-- next statement
create materialized view mv_touched on cluster main to touched as
select distinct batch_id, order_id from events_shard where order_id != ''

-- next statement
-- Look-up by anything a customer or an agent may name.
create table order_lookup_shard on cluster main (kind LowCardinality(String), value String, order_id String)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (kind, value, order_id)
settings index_granularity = 1024

-- next statement
create or replace table order_lookup on cluster main as order_lookup_shard engine = Distributed(main, currentDatabase(), order_lookup_shard, cityHash64(order_id))

-- next statement
create materialized view mv_order_lookup on cluster main to order_lookup as
select distinct entry.1 as kind, entry.2 as value, order_id
from events_shard
array join [
  ('order_no', order_no), ('buyer', buyer_id), ('buyer_name', lowerUTF8(buyer_name)), ('phone_tail', buyer_phone_tail),
  ('payment', payment_id), ('refund', refund_id), ('tracking', tracking_no), ('shipment', shipment_id)
] as entry
where order_id != '' and entry.2 != ''

-- next statement
-- Distinct product names with the orders they are in stay out of order_lookup: names repeat by the thousand.
create table product_lookup_shard on cluster main (name String, sku String, order_id String)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (name, sku, order_id)

-- next statement
create or replace table product_lookup on cluster main as product_lookup_shard engine = Distributed(main, currentDatabase(), product_lookup_shard, cityHash64(order_id))

-- next statement
create materialized view mv_product_lookup on cluster main to product_lookup as
select distinct lowerUTF8(line.name) as name, line.sku as sku, order_id
from events_shard
array join lines as line
where order_id != '' and line.name != ''

-- next statement
-- How far each source has come: the clock of the rules that depend on it.
create table source_clock on cluster main (
  source LowCardinality(String),
  historic UInt8,
  last_event_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  last_landed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
engine = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (source, historic)

-- next statement
create materialized view mv_source_clock on cluster main to source_clock as
select source, historic, max(occurred_at) as last_event_at, max(landed_at) as last_landed_at
from events_shard group by source, historic
