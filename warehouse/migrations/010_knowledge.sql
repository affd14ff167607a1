-- When a source was first heard, by arrival: what it brings along in its first hour is its backlog.
create table source_firsts (
  source LowCardinality(String),
  first_minute SimpleAggregateFunction(min, DateTime('UTC'))
)
engine = AggregatingMergeTree
order by source

-- next statement
create materialized view mv_source_firsts to source_firsts as
select source, min(f.minute) as first_minute
from source_feed as f where historic = 0 group by source

-- next statement
-- What is there already. A minimum bears being told twice.
insert into source_firsts
select source, toStartOfMinute(min(landed_at)) as first_minute
from events where historic = 0 group by source

-- next statement
-- Every word that was ever said about who waits for whom; `source_holds` knows the last one only.
create table source_hold_log as source_holds
engine = MergeTree
order by (source, version)

-- next statement
create materialized view mv_source_hold_log to source_hold_log as
select * from source_holds

-- next statement
insert into source_hold_log
select * from source_holds final
