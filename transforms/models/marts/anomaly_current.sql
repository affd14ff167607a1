{{ config(materialized='view') }}
-- Anomalies as they are now, without those that later evidence took back.
select * from {{ ref('anomaly_state') }} final
