-- The hours in which a source was heard, told beside its minutes: what is usual is worked out without reading every minute.
create table source_hours on cluster main (
  source LowCardinality(String),
  hour DateTime('UTC') codec(Delta, LZ4),
  events SimpleAggregateFunction(sum, UInt64),
  lag_ms SimpleAggregateFunction(sum, UInt64)
)
engine = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (source, hour)
ttl hour + interval 35 day

-- next statement
insert into source_hours
select source, toStartOfHour(minute) as hour, sum(m.events) as events, sum(m.lag_ms) as lag_ms
from source_minutes as m group by source, hour

-- next statement
create materialized view mv_source_hours on cluster main to source_hours as
select source, toStartOfHour(minute) as hour, sum(m.events) as events, sum(m.lag_ms) as lag_ms
from source_minutes as m group by source, hour
