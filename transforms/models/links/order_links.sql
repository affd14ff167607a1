{{ config(materialized='incremental', engine='ReplacingMergeTree', order_by='(kind, key, at, order_id, event_id)', settings={'index_granularity': 1024}) }}
-- Found by what orders have in common, so that a tick that works on one order finds the others. Each row is a function of one
-- event: rows are added and never change, whatever else becomes known of the order.
select distinct kind, key, at, order_id, event_id
from {{ ref('int_links') }}
