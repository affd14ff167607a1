-- What became of a relation each time it was built or could not be; the portal shows the last.
create table model_builds (
  name String,
  kind LowCardinality(String),
  outcome LowCardinality(String),
  rows Nullable(UInt64),
  ms UInt32,
  detail String,
  built_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = MergeTree
order by (name, built_at)
ttl toDateTime(built_at) + interval 90 day
