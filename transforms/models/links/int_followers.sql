{{ config(materialized='ephemeral') }}
-- The orders that may be judged otherwise when these change: those that have the same thing next after them. As many as look
-- back at an order (`linked_orders`), so that a tick's work is bound by what changed.
select distinct follower as order_id
from (
    select
        l.order_id as leader,
        arrayJoin(arraySlice(arrayFilter(u -> (u.at, u.order_id) > (l.at, l.order_id) and u.at <= l.at + toIntervalDay({{ var('link_days') }}), o.uses), 1, {{ var('linked_most') }})).order_id as follower
    from {{ ref('int_links') }} as l
    inner join {{ ref('int_link_uses') }} as o on o.kind = l.kind and o.key = l.key
)
where follower != leader
