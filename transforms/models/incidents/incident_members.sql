{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, anomaly_id)', settings={'index_granularity': 1024}) }}
-- Which anomalies are one incident: those that go with one run of hot pieces; runs that keep too few are none.
-- A function of the anomalies alone, so it does not matter how often it is worked out, in which order or when.
select
    incident_id, anomaly_type, cause_kind, cause, starts_at, stops_at, quiet_at, expected, score, order_id, anomaly_id,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from (
    select *, count() over (partition by incident_id) as size
    from {{ ref('incident_choices') }} final
)
where size >= min_members and {{ surprise('size', 'at_most') }} >= open_score
