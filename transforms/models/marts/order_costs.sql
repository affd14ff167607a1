{{ config(materialized='incremental', engine='ReplacingMergeTree(version)', order_by='(order_id, cost_id)', settings={'index_granularity': 1024}, meta={'only_for': "startsWith(event_type, 'cost.') or event_type = 'dispute.closed'"}) }}
-- What orders cost beside their own money: bills that were told, and disputes that were lost. What was incurred stays a row
-- when it is reversed.
with told as (
    select
        order_id, cost_id,
        argMaxIf(cost_kind, k, event_type = 'cost.incurred') as kind,
        argMaxIf(ifNull(amount, 0), k, event_type = 'cost.incurred') as amount,
        argMaxIf(currency, k, event_type = 'cost.incurred') as cost_currency,
        argMaxIf(reason, k, event_type = 'cost.incurred') as reason,
        minIf(occurred_at, event_type = 'cost.incurred') as incurred_at,
        minOrNullIf(occurred_at, event_type = 'cost.reversed') as reversed_at
    from {{ ref('stg_events') }}
    where cost_id != '' and startsWith(event_type, 'cost.')
    group by order_id, cost_id
    having countIf(event_type = 'cost.incurred') > 0
    union all
    -- A dispute that was lost and is won after all was a cost until then.
    select
        order_id, dispute_id as cost_id,
        'chargeback' as kind,
        ifNull(argMaxIf(e.amount, e.k, e.amount is not null), 0) as amount,
        argMaxIf(e.currency, e.k, e.currency != '') as cost_currency,
        argMaxIf(e.reason, e.k, e.reason != '') as reason,
        minIf(occurred_at, event_type = 'dispute.closed' and status = 'lost') as incurred_at,
        minOrNullIf(occurred_at, event_type = 'dispute.closed' and status = 'won') as won_at
    from {{ ref('stg_events') }} as e
    where dispute_id != '' and startsWith(event_type, 'dispute.')
    group by order_id, dispute_id
    having countIf(event_type = 'dispute.closed' and status = 'lost') > 0
)

select
    t.order_id as order_id, t.cost_id as cost_id, t.kind as cost_kind, toInt64(t.amount) as amount, t.reason as reason,
    t.incurred_at as incurred_at, t.reversed_at as reversed_at,
    o.order_no as order_no, o.channel as channel, o.region as region, o.shop_id as shop_id, o.carrier as carrier,
    o.payment_method as payment_method,
    if(t.cost_currency = '', o.currency, t.cost_currency) as currency, o.historic as historic,
    toUInt64({{ var('version') }}) as version
from told as t
inner join (
    select order_id, order_no, channel, region, shop_id, carrier, payment_method, currency, historic
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
) as o using (order_id)
