{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='order_id', settings={'index_granularity': 1024}, meta={'reads_others': 1}) }}
{%- set link = "Tuple(kind String, key String, used_event_id String, order_id String, at DateTime64(3, \\'UTC\\'), event_id String, settled_at Nullable(DateTime64(3, \\'UTC\\')), over " ~ event_tuple() ~ ", told Map(String, String))" -%}
-- The orders before an order that have something in common with it, the nearest first, with what their own state says about
-- it; and where a payment of it failed while its gateway refused more than is usual, the order that showed it. Only orders
-- that have any have a row.
with own as (
    select order_id, kind, key, min(l.at) as used_at, argMin(l.event_id, (l.at, l.event_id)) as used_event_id
    from {{ ref('int_links') }} as l
    group by order_id, kind, key
),

pairs as (
    select
        w.order_id as order_id, w.kind as kind, w.key as key, w.used_event_id as used_event_id,
        arrayJoin(arraySlice(arrayReverse(arrayFilter(u -> (u.at, u.order_id) < (w.used_at, w.order_id) and u.at >= w.used_at - toIntervalDay({{ var('link_days') }}), o.uses)), 1, {{ var('linked_most') }})) as other
    from own as w
    inner join {{ ref('int_link_uses') }} as o on o.kind = w.kind and o.key = w.key
),

others as (
    select order_id, {{ cart_of('shop_source') }} as cart, {{ committed_at() }} as settled_at, history as events
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select other.order_id from pairs)
    {% endif %}
),

told as (
    select
        p.order_id as order_id,
        cast(tuple(
            p.kind, p.key, p.used_event_id, p.other.order_id, p.other.at, p.other.event_id, a.settled_at,
            -- What ended it for the other order: its own end, a coupon given back, somebody who says that both are meant.
            arrayFirst(
                h -> {{ order_ends() }} or (p.kind = 'cart' and h.type = 'operation.performed' and h.word = 'keep_both')
                    or (p.kind = 'coupon' and h.type in ('coupon.returned', 'coupon.expired') and h.at >= p.other.at and h.thing = arrayFirst(u -> u.event_id = p.other.event_id, a.events).thing),
                a.events
            ),
            map()
        ), '{{ link }}') as link
    from pairs as p
    inner join others as a on a.order_id = p.other.order_id
    -- An order that was changed may not have it any more.
    where p.kind = 'coupon' or a.cart = p.key

    union all
    select
        f.order_id as order_id,
        cast(tuple(
            'gateway', o.gateway, f.failed_event_id, o.order_id, greatest(f.failed_at, o.since), o.event_id, null, defaultValueOfTypeName('{{ event_tuple() }}'),
            map('gateway', o.gateway, 'refusals', toString(o.refusals), 'attempts', toString(o.attempts), 'usual', toString(o.usual), 'at_most', toString(o.at_most))
        ), '{{ link }}') as link
    from (
        select order_id, gateway, block_at, min(at) as failed_at, argMin(event_id, (at, event_id)) as failed_event_id
        from {{ ref('int_gateway_attempts') }}
        where is_failure = 1
        group by order_id, gateway, block_at
    ) as f
    inner join {{ ref('gateway_outages') }} as o final on o.gateway = f.gateway and o.block_at = f.block_at
)

select
    order_id, arraySort(groupArray(link)) as links,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from told
group by order_id
