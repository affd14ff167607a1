-- Landed bytes with their position. Position is the truth about what has been taken from a source.
-- One insert is one batch of one partition: one block, one part, so a batch is there whole or not at all.
create table raw_events_shard on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  offset UInt64 codec(Delta, LZ4),
  epoch LowCardinality(String),
  batch_id String codec(ZSTD(1)),
  range_first UInt64,
  range_last UInt64,
  range_n UInt32,
  format LowCardinality(String),
  broker_at DateTime64(3, 'UTC') codec(Delta, LZ4),
  landed_at DateTime64(3, 'UTC') codec(Delta, LZ4),
  key String,
  value String codec(ZSTD(1))
)
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
partition by toYYYYMM(landed_at)
order by (topic, partition, epoch, offset)
settings replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1

-- next statement
create or replace table raw_events on cluster main as raw_events_shard engine = Distributed(main, currentDatabase(), raw_events_shard, cityHash64(topic, partition, epoch))

-- next statement
-- A batch is listed here only after its rows and everything derived from them were acknowledged.
create table landed_batches on cluster main (
  batch_id String,
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  format LowCardinality(String),
  range_first UInt64,
  range_last UInt64,
  range_n UInt32,
  landed_at DateTime64(3, 'UTC'),
  listed_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (listed_at, batch_id)

-- next statement
-- Every message that could not become an event. Same position again = same row: deriving twice is harmless.
create table dead_letters_shard on cluster main (
  topic LowCardinality(String),
  partition UInt16,
  epoch LowCardinality(String),
  offset UInt64,
  batch_id String,
  format LowCardinality(String),
  reason LowCardinality(String),
  detail String,
  key String,
  value String codec(ZSTD(1)),
  landed_at DateTime64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (topic, partition, epoch, offset)

-- next statement
create or replace table dead_letters on cluster main as dead_letters_shard engine = Distributed(main, currentDatabase(), dead_letters_shard, cityHash64(topic, partition, epoch))
