{{ config(materialized='view') }}
-- Refunds as they are now.
select * from {{ ref('refunds') }} final
