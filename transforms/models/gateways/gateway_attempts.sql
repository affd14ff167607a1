{{ config(materialized='incremental', engine='ReplacingMergeTree', order_by='(gateway, block_at, order_id, event_id)', settings={'index_granularity': 1024}) }}
-- Found by gateway and time, so that a tick that works on one order counts it among the others. Rows are added and never change.
select distinct gateway, block_at, order_id, event_id, at, is_failure
from {{ ref('int_gateway_attempts') }}
