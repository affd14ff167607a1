{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_gone)', order_by='(placed_at, order_id)', settings={'index_granularity': 1024}) }}
-- Orders by when they were placed, with what a search asks of them: what many orders have in common is looked for among the
-- newest first, and the search ends when it has enough.
with standing as (
    select
        ifNull(created_at, toDateTime64('1970-01-01 00:00:00', 3, 'UTC')) as placed_at,
        order_id,
        cityHash64(order_id) as order_hash,
        toLowCardinality(channel) as channel,
        toLowCardinality(region) as region,
        toLowCardinality(shop_id) as shop_id,
        toLowCardinality(order_status) as order_status,
        toLowCardinality(currency) as currency,
        amount_payable,
        arrayDistinct(arrayFilter(n -> n != '', arrayMap(
            n -> {{ search_number('n') }},
            arrayConcat([order_no, buyer_id], payments.payment_id, refunds.refund_id, parcels.tracking_no, parcels.shipment_id)
        ))) as numbers,
        arrayStringConcat({{ search_words('buyer_name') }}, ' ') as name,
        arraySort(arrayDistinct(arrayMap(n -> cityHash64(lowerUTF8(n)), arrayFilter(n -> n != '', lines.name)))) as products,
        toUInt64({{ var('version') }}) as version,
        toUInt8(0) as is_gone
    from {{ ref('order_state') }} final
    {% if is_incremental() %}
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
)

select * from standing
{% if is_incremental() %}
union all
-- An order that turns out to have been placed at another time leaves its former place.
select b.placed_at as placed_at, s.* except (placed_at, is_gone), toUInt8(1) as is_gone
from standing as s
inner join (
    select order_id, placed_at from {{ source('orderlens', 'search_placed') }} final
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
) as b on b.order_id = s.order_id
where b.placed_at != s.placed_at
{% endif %}
