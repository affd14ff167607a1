{{ config(materialized='view') }}
-- Actions on orders out of the events that tell their course.
select
    d.* except (first_auth_type),
    if(d.first_auth_type = 'service_account', 'automation', 'person') as action_by,
    multiIf(d.reverted_at is not null, 'reverted', d.executed_at is not null, 'executed', d.failed_at is not null, 'failed', d.approved_at is not null, 'approved', 'proposed') as action_status,
    o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.carrier as carrier,
    o.payment_method as payment_method,
    o.currency as currency, o.historic as historic
from (
    select
        order_id, action_id,
        argMaxIf(e.action, e.k, e.action != '') as action_kind,
        argMaxIf(e.anomaly_id, e.k, e.anomaly_id != '') as anomaly_id,
        argMinIf(auth_type, k, event_type in ('action.approved', 'action.executed', 'action.failed')) as first_auth_type,
        minOrNullIf(occurred_at, event_type = 'action.approved') as approved_at,
        minOrNullIf(occurred_at, event_type = 'action.executed') as executed_at,
        minOrNullIf(occurred_at, event_type = 'action.failed') as failed_at,
        minOrNullIf(occurred_at, event_type = 'action.reverted') as reverted_at,
        minOrNullIf(occurred_at, event_type = 'action.reverted' and auth_type = 'user') as overridden_at,
        minOrNullIf(occurred_at, event_type in ('action.approved', 'action.executed', 'action.failed')) as attempted_at
    from {{ source('orderlens', 'events') }} as e
    where order_id != '' and action_id != '' and startsWith(event_type, 'action.')
    group by order_id, action_id
) as d
inner join {{ ref('orders') }} as o on o.order_id = d.order_id
