-- What a thing gone wrong costs beside the money of the order, and which team took an anomaly.
alter table events
  add column if not exists cost_id String,
  add column if not exists cost_kind LowCardinality(String),
  add column if not exists team LowCardinality(String)
