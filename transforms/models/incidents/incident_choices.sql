{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, anomaly_id)', settings={'index_granularity': 1024}) }}
-- Which run an anomaly goes with: the one that is least likely by chance, the narrower cause where two are nearly alike.
with {% if is_incremental() -%}
(select min(since) from {{ source('orderlens', 'incidents_due') }} where part = 'choices') as due_since,
{% endif -%}
joined as (
    select
        a.order_id as order_id, a.anomaly_id as anomaly_id, any(a.opened_at) as opened_at,
        argMin(tuple(r.*), (-r.score * (1 - r.breadth), r.breadth, r.cause_kind, r.cause)) as chosen
    from (
        select order_id, anomaly_id, anomaly_type, assumeNotNull(opened_at) as opened_at, arrayJoin(causes) as c
        from {{ ref('anomalies_by_day') }}
        where axis = 'opened' and status_reason != 'passed_on'
        {% if is_incremental() %}
            and axis_day >= toDate(due_since) and opened_at >= due_since
        {% endif %}
    ) as a
    inner join (
        select anomaly_type, cause_kind, cause, starts_at, stops_at, quiet_at, expected, at_most, score, breadth, min_members, open_score
        from {{ ref('incident_runs') }}
        {% if is_incremental() %}
        where stops_at > due_since
        {% endif %}
    ) as r on r.anomaly_type = a.anomaly_type and r.cause_kind = a.c.kind and r.cause = a.c.value
    where a.opened_at >= r.starts_at and a.opened_at < r.stops_at
    group by order_id, anomaly_id
)

select
    lower(hex(sipHash128(toString(chosen.1), toString(chosen.2), chosen.3, toString(toUnixTimestamp64Milli(chosen.4))))) as incident_id,
    chosen.1 as anomaly_type, chosen.2 as cause_kind, chosen.3 as cause,
    chosen.4 as starts_at, chosen.5 as stops_at, chosen.6 as quiet_at,
    round(chosen.7, 3) as expected, chosen.8 as at_most, round(chosen.9, 3) as score,
    chosen.11 as min_members, chosen.12 as open_score,
    order_id, anomaly_id, opened_at,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from joined
