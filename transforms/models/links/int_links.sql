{{ config(materialized='ephemeral') }}
-- What an order has in common with others: one row per event that says so.
select
    order_id,
    if(event_type = 'coupon.redeemed', 'coupon', 'cart') as kind,
    if(event_type = 'coupon.redeemed', concat(coupon_id, ' ', source), {{ cart_of('source') }}) as key,
    occurred_at as at,
    event_id
from {{ ref('stg_events') }}
where (event_type = 'coupon.redeemed' and coupon_id != '') or (event_type in ('order.created', 'order.updated') and buyer_id != '' and notEmpty(lines))
