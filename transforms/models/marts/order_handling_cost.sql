{{ config(materialized='view') }}
-- Orders placed with what dealing with what went wrong cost: bills in the order's currency that were not reversed, and the
-- work of people. A lost dispute and a write-off are money lost, not the cost of dealing with it.
select
    o.order_id as order_id, o.order_no as order_no, assumeNotNull(o.created_at) as created_at,
    toInt64(c.cost_amount) as cost_amount,
    toInt64(h.touches) as touches,
    toInt64(round(h.touches * r.minutes_per_touch * r.rate_per_minute)) as work_amount,
    o.channel as channel, o.region as region, o.shop_id as shop_id, o.carrier as carrier, o.payment_method as payment_method,
    o.currency as currency, o.historic as historic
from (
    select order_id, order_no, created_at, channel, region, shop_id, carrier, payment_method, currency, historic
    from {{ ref('orders') }}
    where created_at is not null
) as o
left join (
    select order_id, currency, sum(amount) as cost_amount
    from {{ ref('order_cost_current') }}
    where reversed_at is null and cost_kind in ('compensation', 'penalty', 'reship')
    group by order_id, currency
) as c on c.order_id = o.order_id and c.currency = o.currency
left join (
    select order_id, sum(touches) as touches
    from {{ ref('anomaly_handling') }} final
    group by order_id
) as h on h.order_id = o.order_id
left join {{ ref('handling_rates') }} as r on r.currency = o.currency
