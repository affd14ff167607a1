{{ config(materialized='view') }}
-- Dead letters, one per landed position.
select * from {{ source('orderlens', 'dead_letters') }} final where is_cured = 0
