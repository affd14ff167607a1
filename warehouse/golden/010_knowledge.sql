-- When a source was first heard, by arrival: what it brings along in its first hour is its backlog.
create table source_firsts on cluster main (
  source LowCardinality(String),
  first_minute SimpleAggregateFunction(min, DateTime('UTC'))
)
engine = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by source

-- next statement
create materialized view mv_source_firsts on cluster main to source_firsts as
select source, min(f.minute) as first_minute
from source_feed as f where historic = 0 group by source

-- next statement
-- What is there already. A minimum bears being told twice.
insert into source_firsts
select source, toStartOfMinute(min(landed_at)) as first_minute
from events where historic = 0 group by source

-- next statement
-- Every word that was ever said about who waits for whom; `source_holds` knows the last one only.
create table source_hold_log on cluster main as source_holds
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by (source, version)

-- next statement
create materialized view mv_source_hold_log on cluster main to source_hold_log as
select * from source_holds

-- next statement
insert into source_hold_log
select * from source_holds final
