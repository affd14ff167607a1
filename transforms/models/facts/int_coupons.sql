{{ config(materialized='ephemeral') }}
-- Coupons of an order with the last thing that happened to each; one row per order.
select order_id, arraySort(c -> c.coupon_id, groupArray(coupon)) as coupons
from (
    select
        order_id,
        cast(tuple(coupon_id, substring(argMax(event_type, k), 8), ifNull(argMaxIf(amount, k, amount is not null), 0)),
            'Tuple(coupon_id String, status String, amount Int64)') as coupon
    from {{ ref('stg_events') }}
    where coupon_id != '' and startsWith(event_type, 'coupon.')
    group by order_id, coupon_id
)
group by order_id
