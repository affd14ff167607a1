{{ config(materialized='incremental', engine='ReplacingMergeTree(version)', order_by='(order_id, refund_id)', settings={'index_granularity': 1024}, meta={'only_for': "startsWith(event_type, 'refund.')"}) }}
-- Refunds with the instants of the asking, the decision and the money, so that it can be told who took the time.
with told as (
    select
        order_id, refund_id,
        argMaxIf(payment_id, k, payment_id != '') as payment_id,
        ifNull(argMaxIf(amount, k, amount is not null), 0) as amount,
        argMaxIf(refund_channel, k, refund_channel != '') as refund_channel,
        min(occurred_at) as requested_at,
        minOrNullIf(occurred_at, event_type = 'refund.requested') as asked_at,
        -- Whoever tells the provider has decided, also where nobody said so.
        minOrNullIf(occurred_at, event_type in ('refund.approved', 'refund.rejected', 'refund.created')) as decided_at,
        minOrNullIf(occurred_at, event_type = 'refund.rejected') as rejected_at,
        minOrNullIf(occurred_at, event_type = 'refund.succeeded') as succeeded_at,
        minOrNullIf(occurred_at, event_type = 'refund.failed') as failed_at
    from {{ ref('stg_events') }}
    where refund_id != '' and startsWith(event_type, 'refund.')
    group by order_id, refund_id
)

select
    t.order_id as order_id, t.refund_id as refund_id, t.payment_id as payment_id, toInt64(t.amount) as amount, t.refund_channel as refund_channel,
    multiIf(t.succeeded_at is not null, 'succeeded', t.failed_at is not null, 'failed', t.rejected_at is not null, 'canceled', 'pending') as status,
    t.requested_at as requested_at, t.asked_at as asked_at, t.decided_at as decided_at,
    t.rejected_at as rejected_at, t.succeeded_at as succeeded_at, t.failed_at as failed_at,
    o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.carrier as carrier,
    o.payment_method as payment_method,
    o.currency as currency, o.historic as historic,
    toUInt64({{ var('version') }}) as version
from told as t
inner join (
    select order_id, order_no, channel, region, shop_id, carrier, payment_method, currency, historic
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
) as o using (order_id)
