{{ config(materialized='ephemeral') }}
-- Events of the orders this run works on; every copy, because everything built on it bears duplicates.
select *, k
from {{ source('orderlens', 'events') }}
{% if is_incremental() %}
where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
{% else %}
where order_id != ''
{% endif %}
