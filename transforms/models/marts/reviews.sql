{{ config(materialized='view') }}
-- Reviews with the order they are about; every order may have several.
select
    r.review_id as review_id, r.order_id as order_id, r.score as score, r.submitted_at as submitted_at, r.message as message,
    o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.currency as currency, o.historic as historic,
    o.created_at as created_at, o.promised_delivery_until as promised_delivery_until, o.delivered_at as delivered_at,
    o.order_status as order_status, o.source_status as source_status,
    o.seller_ids as seller_ids, o.seller_regions as seller_regions, o.categories as categories,
    o.carriers as carriers, o.payment_methods as payment_methods
from (
    select order_id, review_id, argMax(e.score, e.k) as score, argMax(e.occurred_at, e.k) as submitted_at, argMax(e.message, e.k) as message
    from {{ source('orderlens', 'events') }} as e
    where event_type = 'review.submitted' and e.score is not null
    group by order_id, review_id
) as r
inner join {{ ref('orders') }} as o on o.order_id = r.order_id
