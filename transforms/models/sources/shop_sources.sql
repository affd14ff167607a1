{{ config(materialized='incremental', engine='ReplacingMergeTree', order_by='(source, shop_source, channel)') }}
-- Which sources speak about the orders of which shop: those that ever told anything about one of them together. An order
-- that is not placed yet, as far as we heard, is of no shop: whoever spoke first of it would be taken for one, for good.
select distinct arrayJoin(sources) as source, shop_source, channel
from {{ ref('order_state') }} final
where historic = 0 and created_at is not null
{% if is_incremental() %}
and order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
{% endif %}
