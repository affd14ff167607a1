-- How sources speak. What a block of events says about its sources passes through here once, already summed up, and is
-- split below: events are read by one view only.
create table source_feed on cluster main (
  source LowCardinality(String),
  historic UInt8,
  event_type LowCardinality(String),
  minute DateTime('UTC'),
  events UInt64,
  lag_ms UInt64,
  last_event_at DateTime64(3, 'UTC'),
  last_landed_at DateTime64(3, 'UTC')
)
engine = Null

-- next statement
-- The minutes in which a source was heard, by arrival. A burst is one minute, however much it holds, so that a backlog
-- or a backfill does not look like a rhythm. Imports of history are nobody speaking.
create table source_minutes on cluster main (
  minute DateTime('UTC') codec(Delta, LZ4),
  source LowCardinality(String),
  events SimpleAggregateFunction(sum, UInt64),
  lag_ms SimpleAggregateFunction(sum, UInt64)
)
engine = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (minute, source)
ttl minute + interval 35 day

-- next statement
-- What each source tells, and how much of it.
create table source_types on cluster main (
  source LowCardinality(String),
  event_type LowCardinality(String),
  events SimpleAggregateFunction(sum, UInt64)
)
engine = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (source, event_type)

-- next statement
drop view if exists mv_source_clock on cluster main

-- next statement
create materialized view mv_source_clock on cluster main to source_clock as
select source, historic, max(f.last_event_at) as last_event_at, max(f.last_landed_at) as last_landed_at
from source_feed as f group by source, historic

-- next statement
create materialized view mv_source_minutes on cluster main to source_minutes as
select minute, source, sum(f.events) as events, sum(f.lag_ms) as lag_ms
from source_feed as f where historic = 0 group by minute, source

-- next statement
create materialized view mv_source_types on cluster main to source_types as
select source, event_type, sum(f.events) as events
from source_feed as f where historic = 0 group by source, event_type

-- next statement
-- What is there already. Maxima bear being told twice, and the sums are only compared with each other.
insert into source_feed
select source, historic, event_type, toStartOfMinute(landed_at) as minute, count() as events,
  sum(greatest(toUnixTimestamp64Milli(landed_at) - toUnixTimestamp64Milli(occurred_at), 0)) as lag_ms,
  max(occurred_at) as last_event_at, max(landed_at) as last_landed_at
from events group by source, historic, event_type, minute

-- next statement
create materialized view mv_source_feed on cluster main to source_feed as
select source, historic, event_type, toStartOfMinute(landed_at) as minute, count() as events,
  sum(greatest(toUnixTimestamp64Milli(landed_at) - toUnixTimestamp64Milli(occurred_at), 0)) as lag_ms,
  max(occurred_at) as last_event_at, max(landed_at) as last_landed_at
from events_shard group by source, historic, event_type, minute

-- next statement
-- What is usual for a source, worked out once an hour by transforms/models/sources/source_rhythm.sql.
create table source_rhythms on cluster main (
  source LowCardinality(String),
  as_of DateTime64(3, 'UTC'),
  first_heard_at DateTime('UTC'),
  gaps UInt32,
  gap_p50_s UInt32,
  gap_p99_s UInt32,
  lag_p99_s UInt32,
  own_hours Array(UInt8)
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', as_of)
order by source

-- next statement
-- Sources by which promises are not judged beyond `held_until`, with the rules and shops that wait for them.
-- `is_releasing` until the orders that waited are worked out, so that a tick that dies over them is done again.
create table source_holds on cluster main (
  source LowCardinality(String),
  severity LowCardinality(String),
  state LowCardinality(String),
  is_releasing UInt8,
  held_until DateTime64(3, 'UTC'),
  quiet_since DateTime64(3, 'UTC'),
  raised_at Nullable(DateTime64(3, 'UTC')),
  gap_p99_s UInt32,
  limit_s UInt32,
  needs Array(Tuple(rule String, shop String, tellers Array(String))),
  version UInt64
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', version)
order by source

-- next statement
-- Every `source_silent`: from when a source was last heard until it had caught up. One row per source and silence.
create table source_silences on cluster main (
  silence_id String,
  source LowCardinality(String),
  severity LowCardinality(String),
  silent_since DateTime64(3, 'UTC'),
  raised_at DateTime64(3, 'UTC'),
  resolved_at Nullable(DateTime64(3, 'UTC')),
  gap_p99_s UInt32,
  limit_s UInt32,
  rules Array(String),
  channels Array(String),
  version UInt64
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', version)
order by (source, silent_since)
