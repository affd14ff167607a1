{{ config(materialized='ephemeral') }}
-- Lines of an order, the latest word on each line id; one row per order.
select order_id, arraySort(l -> l.line_id, groupArray(line)) as lines
from (
    select order_id, argMax(one, k) as line
    from {{ ref('stg_events') }}
    array join lines as one
    group by order_id, one.line_id
)
group by order_id
