-- Landed bytes with their position. Position is the truth about what has been taken from a source.
-- One insert is one batch of one partition: one block, one part, so a batch is there whole or not at all.
create table raw_events (
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
engine = MergeTree
partition by toYYYYMM(landed_at)
order by (topic, partition, epoch, offset)
settings non_replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1

-- next statement
-- A batch is listed here only after its rows and everything derived from them were acknowledged.
create table landed_batches (
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
engine = ReplacingMergeTree
order by (listed_at, batch_id)

-- next statement
-- Every message that could not become an event. Same position again = same row: deriving twice is harmless.
create table dead_letters (
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
engine = ReplacingMergeTree
order by (topic, partition, epoch, offset)
