-- Thresholds the shop set itself, over those of the `rules` seed. A rule is never changed: a later version takes its place
-- from its own `valid_from` on, and one that retires it leaves the orders from then on to what is less specific.
-- A value that is null is the default's.
create table shop_rules on cluster main (
  rule_row String,
  version UInt32,
  rule LowCardinality(String),
  channel String default '*',
  region String default '*',
  payment_method String default '*',
  carrier String default '*',
  product_category String default '*',
  currency String default '*',
  amount_from Int64 default 0,
  amount_until Int64 default 9007199254740991,
  promotion String default '*',
  calendar String default '24x7',
  allowance_s Nullable(UInt32),
  at_risk_share Nullable(Float64),
  escalate_factor Nullable(Float64),
  tolerance_minor Nullable(UInt32),
  limit_count Nullable(UInt32),
  window_s Nullable(UInt32),
  valid_from DateTime64(3, 'UTC'),
  valid_until Nullable(DateTime64(3, 'UTC')),
  is_retired UInt8 default 0,
  note String,
  saved_by String,
  saved_by_name String,
  saved_at DateTime64(3, 'UTC')
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (rule, rule_row, version)
