{{ config(materialized='view') }}
-- Orders as they are now.
select * from {{ ref('order_state') }} final
