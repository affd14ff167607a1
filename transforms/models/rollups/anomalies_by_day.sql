{{ config(materialized='incremental', incremental_strategy='insert_overwrite', engine='MergeTree', partition_by='(axis, axis_day)', order_by='(anomaly_type, carrier, region, channel)', settings={'old_parts_lifetime': 60}) }}
-- What boards are asked of: the rows of a day lie together and are swapped together, so that a question reads the days it is
-- about, and nothing has to be merged while it does.
{% if is_incremental() %}
-- The days that changed, whole: what other orders have of them, and what the tick's orders have of them now.
with changed as (
    select axis, axis_day
    from {{ source('orderlens', 'day_changes') }} final
    where state = 1
)

select *
from {{ this }}
where (axis, axis_day) in (select axis, axis_day from changed)
    and order_id not in (select order_id from {{ source('orderlens', 'tick_orders') }})
union all
select *
from {{ ref('int_anomaly_days') }}
where (axis, axis_day) in (select axis, axis_day from changed)
{% else %}
-- In order, so that a day is written once.
select * from {{ ref('int_anomaly_days') }}
order by axis, axis_day
{% endif %}
