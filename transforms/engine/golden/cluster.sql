drop table if exists weights__next on cluster main sync

-- next statement
create table weights__next on cluster main (kind String, weight Float64) engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}') order by tuple()

-- next statement
rename table weights__next to weights on cluster main

-- next statement
create table small_feed_shard on cluster main
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (order_id, event_id)
empty as
select order_id, event_id, event_type as kind
from events

-- next statement
create or replace table small_feed on cluster main as small_feed_shard engine = Distributed(main, currentDatabase(), small_feed_shard, cityHash64(order_id))

-- next statement
create materialized view small_feed_mv on cluster main to small_feed as
select order_id, event_id, event_type as kind
from events_shard

-- next statement
insert into small_feed
select order_id, event_id, event_type as kind
from events

-- next statement
drop table if exists small_state__next on cluster main sync

-- next statement
create table small_state__next_shard on cluster main
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
order by (order_id, kind)
settings index_granularity = 1024
empty as
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
create or replace table small_state__next on cluster main as small_state__next_shard engine = Distributed(main, currentDatabase(), small_state__next_shard, cityHash64(order_id))

-- next statement
insert into small_state__next
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
rename table small_state__next_shard to small_state_shard on cluster main

-- next statement
create or replace table small_state on cluster main as small_state_shard engine = Distributed(main, currentDatabase(), small_state_shard, cityHash64(order_id))

-- next statement
drop table small_state__next on cluster main

-- next statement
insert into wake_ups (wake_at, order_id)
     select now64(3, 'UTC') as wake_at, order_id from (
       select order_id from touched where batch_id in (select batch_id from tick_batches where done_at >= fromUnixTimestamp64Milli({since:Int64}))
       union distinct
       select order_id from wake_ups where wake_at >= fromUnixTimestamp64Milli({since:Int64}) and wake_at <= now64(3, 'UTC')
     )

-- next statement
drop table if exists small_total__next on cluster main sync

-- next statement
create table small_total__next on cluster main
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by kind
empty as
select kind, count() as orders, sum(worth) as worth
from small_state final
group by kind
having orders >= 2

-- next statement
insert into small_total__next
select kind, count() as orders, sum(worth) as worth
from small_state final
group by kind
having orders >= 2

-- next statement
rename table small_total__next to small_total on cluster main

-- next statement
create or replace view small_view on cluster main as
select * from small_total

-- next statement
drop table if exists weights__next on cluster main sync

-- next statement
create table weights__next on cluster main (kind String, weight Float64) engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}') order by tuple()

-- next statement
exchange tables weights and weights__next on cluster main

-- next statement
drop table if exists weights__next on cluster main sync

-- next statement
drop table if exists small_feed__next on cluster main sync

-- next statement
create table small_feed__next_shard on cluster main
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
order by (order_id, event_id)
empty as
select order_id, event_id, event_type as kind
from events

-- next statement
create or replace table small_feed__next on cluster main as small_feed__next_shard engine = Distributed(main, currentDatabase(), small_feed__next_shard, cityHash64(order_id))

-- next statement
create materialized view small_feed__next_mv on cluster main to small_feed__next as
select order_id, event_id, event_type as kind
from events_shard

-- next statement
insert into small_feed__next
select order_id, event_id, event_type as kind
from events

-- next statement
exchange tables small_feed_shard and small_feed__next_shard on cluster main

-- next statement
create or replace table small_feed on cluster main as small_feed_shard engine = Distributed(main, currentDatabase(), small_feed_shard, cityHash64(order_id))

-- next statement
create or replace table small_feed__next on cluster main as small_feed__next_shard engine = Distributed(main, currentDatabase(), small_feed__next_shard, cityHash64(order_id))

-- next statement
alter table small_feed_mv on cluster main modify query
select order_id, event_id, event_type as kind
from events_shard

-- next statement
drop table if exists small_feed__next_mv on cluster main sync

-- next statement
drop table if exists small_feed__next on cluster main sync

-- next statement
drop table if exists small_feed__next_shard on cluster main sync

-- next statement
drop table if exists small_state__next on cluster main sync

-- next statement
create table small_state__next_shard on cluster main
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
order by (order_id, kind)
settings index_granularity = 1024
empty as
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
create or replace table small_state__next on cluster main as small_state__next_shard engine = Distributed(main, currentDatabase(), small_state__next_shard, cityHash64(order_id))

-- next statement
insert into small_state__next
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
exchange tables small_state_shard and small_state__next_shard on cluster main

-- next statement
create or replace table small_state on cluster main as small_state_shard engine = Distributed(main, currentDatabase(), small_state_shard, cityHash64(order_id))

-- next statement
create or replace table small_state__next on cluster main as small_state__next_shard engine = Distributed(main, currentDatabase(), small_state__next_shard, cityHash64(order_id))

-- next statement
drop table if exists small_state__next on cluster main sync

-- next statement
drop table if exists small_state__next_shard on cluster main sync

-- next statement
insert into wake_ups (wake_at, order_id)
     select now64(3, 'UTC') as wake_at, order_id from (
       select order_id from touched where batch_id in (select batch_id from tick_batches where done_at >= fromUnixTimestamp64Milli({since:Int64}))
       union distinct
       select order_id from wake_ups where wake_at >= fromUnixTimestamp64Milli({since:Int64}) and wake_at <= now64(3, 'UTC')
     )

-- next statement
drop table if exists small_total__next on cluster main sync

-- next statement
create table small_total__next on cluster main
engine = ReplicatedMergeTree('/clickhouse/tables/{uuid}/whole', '{shard}-{replica}')
order by kind
empty as
select kind, count() as orders, sum(worth) as worth
from small_state final
group by kind
having orders >= 2

-- next statement
insert into small_total__next
select kind, count() as orders, sum(worth) as worth
from small_state final
group by kind
having orders >= 2

-- next statement
exchange tables small_total and small_total__next on cluster main

-- next statement
drop table if exists small_total__next on cluster main sync

-- next statement
create or replace view small_view on cluster main as
select * from small_total
