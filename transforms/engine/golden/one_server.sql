drop table if exists weights__next sync

-- next statement
create table weights__next (kind String, weight Float64) engine = MergeTree order by tuple()

-- next statement
rename table weights__next to weights

-- next statement
create table small_feed
engine = ReplacingMergeTree
order by (order_id, event_id)
empty as
select order_id, event_id, event_type as kind
from events

-- next statement
create materialized view small_feed_mv to small_feed as
select order_id, event_id, event_type as kind
from events

-- next statement
insert into small_feed
select order_id, event_id, event_type as kind
from events

-- next statement
drop table if exists small_state__next sync

-- next statement
create table small_state__next
engine = ReplacingMergeTree(version)
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
insert into small_state__next
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
rename table small_state__next to small_state

-- next statement
insert into wake_ups (wake_at, order_id)
     select now64(3, 'UTC') as wake_at, order_id from (
       select order_id from touched where batch_id in (select batch_id from tick_batches where done_at >= fromUnixTimestamp64Milli({since:Int64}))
       union distinct
       select order_id from wake_ups where wake_at >= fromUnixTimestamp64Milli({since:Int64}) and wake_at <= now64(3, 'UTC')
     )

-- next statement
drop table if exists small_total__next sync

-- next statement
create table small_total__next
engine = MergeTree
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
rename table small_total__next to small_total

-- next statement
create or replace view small_view as
select * from small_total

-- next statement
drop table if exists weights__next sync

-- next statement
create table weights__next (kind String, weight Float64) engine = MergeTree order by tuple()

-- next statement
exchange tables weights and weights__next

-- next statement
drop table if exists weights__next sync

-- next statement
drop table if exists small_feed__next sync

-- next statement
create table small_feed__next
engine = ReplacingMergeTree
order by (order_id, event_id)
empty as
select order_id, event_id, event_type as kind
from events

-- next statement
create materialized view small_feed__next_mv to small_feed__next as
select order_id, event_id, event_type as kind
from events

-- next statement
insert into small_feed__next
select order_id, event_id, event_type as kind
from events

-- next statement
exchange tables small_feed and small_feed__next

-- next statement
alter table small_feed_mv modify query
select order_id, event_id, event_type as kind
from events

-- next statement
drop table if exists small_feed__next_mv sync

-- next statement
drop table if exists small_feed__next sync

-- next statement
drop table if exists small_state__next sync

-- next statement
create table small_state__next
engine = ReplacingMergeTree(version)
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
insert into small_state__next
select order_id, kind, s.amount * weight as worth, toUInt64({version:UInt64}) as version
from (
select order_id, event_type as kind, ifNull(amount, 0) as amount
from events
) as s
inner join weights as w using (kind)

-- next statement
exchange tables small_state and small_state__next

-- next statement
drop table if exists small_state__next sync

-- next statement
insert into wake_ups (wake_at, order_id)
     select now64(3, 'UTC') as wake_at, order_id from (
       select order_id from touched where batch_id in (select batch_id from tick_batches where done_at >= fromUnixTimestamp64Milli({since:Int64}))
       union distinct
       select order_id from wake_ups where wake_at >= fromUnixTimestamp64Milli({since:Int64}) and wake_at <= now64(3, 'UTC')
     )

-- next statement
drop table if exists small_total__next sync

-- next statement
create table small_total__next
engine = MergeTree
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
exchange tables small_total and small_total__next

-- next statement
drop table if exists small_total__next sync

-- next statement
create or replace view small_view as
select * from small_total
