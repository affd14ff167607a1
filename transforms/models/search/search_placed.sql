{{ config(materialized='incremental', engine='ReplacingMergeTree(version)', order_by='order_id', settings={'index_granularity': 1024}) }}
-- Where `search_orders` has an order. Written after it, so that it finds here where the order stood before.
-- depends_on: {{ ref('search_orders') }}
select
    order_id,
    ifNull(created_at, toDateTime64('1970-01-01 00:00:00', 3, 'UTC')) as placed_at,
    toUInt64({{ var('version') }}) as version
from {{ ref('order_state') }} final
{% if is_incremental() %}
where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
{% endif %}
