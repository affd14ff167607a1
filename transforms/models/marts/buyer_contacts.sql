{{ config(materialized='view') }}
-- Every time a buyer asked for something about an order: money back, a return, a cancellation, or a dispute at the bank; with
-- when the order's first anomaly had opened that nobody dismissed.
select
    c.order_id as order_id, c.event_id as event_id, c.contact as contact, c.contacted_at as contacted_at,
    a.first_opened_at as first_opened_at,
    o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.carrier as carrier,
    o.payment_method as payment_method,
    o.currency as currency, o.historic as historic
from (
    select order_id, source, event_id, any(event_type) as contact, min(occurred_at) as contacted_at
    from {{ source('orderlens', 'events') }}
    where order_id != '' and event_type in ('refund.requested', 'return.requested', 'order.cancel_requested', 'dispute.opened')
        and (auth_type = 'app_user' or event_type = 'dispute.opened')
    group by order_id, source, event_id
) as c
inner join {{ ref('orders') }} as o on o.order_id = c.order_id
left join (
    select order_id, min(opened_at) as first_opened_at
    from {{ ref('anomaly_current') }}
    where opened_at is not null and status != 'dismissed'
    group by order_id
) as a on a.order_id = c.order_id
