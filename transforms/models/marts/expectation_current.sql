{{ config(materialized='view') }}
-- Promises as they are now.
select * from {{ ref('expectations') }} final
