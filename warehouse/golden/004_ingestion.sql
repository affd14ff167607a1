-- What came beside a message's bytes (Kafka headers, HTTP headers): a JSON object of text, or '' for none.
-- `value_hash` is worked out once, when a row lands; the auditor compares it with what the bytes say later.
alter table raw_events_shard on cluster main
  add column if not exists headers String default '' codec(ZSTD(1)) after key,
  add column if not exists value_hash UInt64 default cityHash64(key, headers, value) codec(NONE)

-- next statement
create or replace table raw_events on cluster main as raw_events_shard engine = Distributed(main, currentDatabase(), raw_events_shard, cityHash64(topic, partition, epoch))

-- next statement
-- A message of a foreign format may become several events, each of which may fail: `ordinal` tells them apart.
-- The latest derivation counts; a cured letter stays, marked, so that a replay can say what it cured.
create table dead_letters_by_version_shard on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  offset UInt64,
  ordinal UInt16,
  batch_id String,
  format LowCardinality(String),
  reason LowCardinality(String),
  detail String,
  path LowCardinality(String),
  key String,
  value String codec(ZSTD(1)),
  landed_at DateTime64(3, 'UTC'),
  derived_at DateTime64(3, 'UTC') default now64(3, 'UTC'),
  is_cured UInt8 default 0
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', derived_at)
order by (topic, partition, epoch, offset, ordinal)

-- next statement
create or replace table dead_letters_by_version on cluster main as dead_letters_by_version_shard engine = Distributed(main, currentDatabase(), dead_letters_by_version_shard, cityHash64(topic, partition, epoch))

-- next statement
insert into dead_letters_by_version (topic, partition, epoch, offset, ordinal, batch_id, format, reason, detail, path, key, value, landed_at)
select topic, partition, epoch, offset, 0, batch_id, format, reason, detail, '', key, value, landed_at from dead_letters final

-- next statement
drop view if exists mv_dead_letters on cluster main

-- next statement
exchange tables dead_letters_shard and dead_letters_by_version_shard on cluster main

-- next statement
create or replace table dead_letters on cluster main as dead_letters_shard engine = Distributed(main, currentDatabase(), dead_letters_shard, cityHash64(topic, partition, epoch))

-- next statement
create or replace table dead_letters_by_version on cluster main as dead_letters_by_version_shard engine = Distributed(main, currentDatabase(), dead_letters_by_version_shard, cityHash64(topic, partition, epoch))

-- next statement
drop table if exists dead_letters_by_version on cluster main

-- next statement
drop table if exists dead_letters_by_version_shard on cluster main

-- next statement
-- Messages that do not concern orders (a payout, a product change): looked at, understood, and left.
create table set_aside_shard on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  offset UInt64,
  batch_id String,
  format LowCardinality(String),
  kind LowCardinality(String),
  landed_at DateTime64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (topic, partition, epoch, offset)

-- next statement
create or replace table set_aside on cluster main as set_aside_shard engine = Distributed(main, currentDatabase(), set_aside_shard, cityHash64(topic, partition, epoch))

-- next statement
-- Who may write a stream on a server that several processes reach: the highest generation.
create table writer_claims on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  writer String,
  generation UInt64,
  claimed_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (topic, partition, epoch, generation)
ttl toDateTime(claimed_at) + interval 90 day

-- next statement
-- What happened to a stream itself: a retention cut, a topic made anew, a gap an operator accepted, new partitions.
create table stream_notes on cluster main (
  noted_at DateTime64(3, 'UTC') default now64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  kind LowCardinality(String),
  range_first UInt64,
  range_last UInt64,
  detail String
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (noted_at, topic, partition)

-- next statement
-- Where each live stream stands, told by the process that reads it every few seconds.
create table stream_status on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  reported_at DateTime64(3, 'UTC') default now64(3, 'UTC'),
  kind LowCardinality(String),
  state LowCardinality(String),
  next_offset UInt64,
  broker_low Nullable(UInt64),
  broker_high Nullable(UInt64),
  problem String
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', reported_at)
order by (topic, partition, epoch)

-- next statement
-- One row per stream and round of the auditor; nothing lost and nothing doubled is five zeros.
create table audit_log on cluster main (
  audited_at DateTime64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  batches UInt64,
  rows UInt64,
  first_offset UInt64,
  last_offset UInt64,
  gaps UInt64,
  missing UInt64,
  doubled UInt64,
  altered UInt64,
  unaccounted UInt64,
  broker_checked UInt64,
  broker_differing UInt64,
  ms UInt32
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (audited_at, topic, partition)
ttl toDateTime(audited_at) + interval 30 day

-- next statement
-- Whether a topic is being derived: 'open' = stopped because too much of it is rejected, 'closed' = derived,
-- 'held' = derived on an operator's word although much is rejected.
create table derivation_breakers on cluster main (
  topic LowCardinality(String),
  state LowCardinality(String),
  messages UInt64,
  rejected UInt64,
  detail String,
  changed_by String,
  changed_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', changed_at)
order by topic

-- next statement
-- Replays of dead letters and imports of files: what was asked, how far it is, what came of it.
create table ingest_jobs on cluster main (
  job_id String,
  kind LowCardinality(String),
  title String,
  requested_by String,
  state LowCardinality(String),
  done UInt64,
  total UInt64,
  outcome String,
  detail String,
  started_at DateTime64(3, 'UTC'),
  updated_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}', updated_at)
order by job_id
