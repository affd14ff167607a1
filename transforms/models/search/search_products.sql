{{ config(materialized='materialized_view', engine='ReplacingMergeTree', order_by='name') }}
-- A shop has thousands of products in millions of orders: whatever is searched for, all their names can be looked at.
select distinct name, {{ search_line('name') }} as text
from {{ source('orderlens', 'product_lookup') }}
where text != ''
