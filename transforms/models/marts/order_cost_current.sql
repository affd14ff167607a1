{{ config(materialized='view') }}
-- Costs of orders as they are now.
select * from {{ ref('order_costs') }} final
