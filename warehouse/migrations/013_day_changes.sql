-- Days that a tick works out anew and swaps. A day under which its orders stand is noted before the tick writes anything (0),
-- one that the tick changed before it is swapped (1), and both when the tick is through (2). A row without an axis says that
-- a tick began. What is not done belongs to a tick that died, or to orders that ticks worked on while a table was rebuilt.
create table day_changes (
  version UInt64,
  axis LowCardinality(String),
  axis_day Date,
  state UInt8,
  noted_at DateTime64(3, 'UTC') default now64(3, 'UTC')
)
engine = ReplacingMergeTree(state)
order by (version, axis, axis_day)
ttl toDateTime(noted_at) + interval 1 hour delete where state = 2
