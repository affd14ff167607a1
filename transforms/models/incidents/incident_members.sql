{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, anomaly_id)', settings={'index_granularity': 1024}) }}
-- Which anomalies are one incident. A run of pieces of days that are hot for one cause is a candidate; an anomaly goes with
-- the candidate that is least likely by chance, the narrower cause where two are nearly alike; candidates that keep too few are none.
-- Worked out whole: a function of the anomalies alone, so it does not matter how often, in which order or when.
with hot as (
    select
        *,
        block - lagInFrame(block, 1, toInt64(-1000000000)) over (partition by anomaly_type, cause_kind, cause order by block rows between unbounded preceding and current row) as since_last
    from {{ ref('incident_blocks') }}
    where is_hot
),

numbered as (
    select *, sum(since_last > 1 + intDiv(close_s, window_s)) over (partition by anomaly_type, cause_kind, cause order by block rows between unbounded preceding and current row) as run
    from hot
),

runs as (
    select
        anomaly_type, cause_kind, cause, run,
        min(block_at) as starts_at, max(ends_at) as stops_at, stops_at + toIntervalSecond(any(close_s)) as quiet_at,
        sum(observed) as observed,
        -- Sums of fractions in the order of their size: the same to the last bit wherever they are added.
        arraySum(arraySort(groupArray(expected))) as expected, arraySum(arraySort(groupArray(at_most))) as at_most,
        {{ surprise('observed', 'at_most') }} as score,
        any(breadth) as breadth, any(min_members) as min_members, any(open_score) as open_score
    from numbered
    group by anomaly_type, cause_kind, cause, run
    having observed >= min_members and score >= open_score
),

joined as (
    select
        a.order_id as order_id, a.anomaly_id as anomaly_id,
        argMin(tuple(r.*), (-r.score * (1 - r.breadth), r.breadth, r.cause_kind, r.cause)) as chosen
    from (
        select order_id, anomaly_id, anomaly_type, opened_at, arrayJoin(causes) as c
        from {{ ref('anomaly_state') }} final
        where opened_at is not null and status_reason != 'passed_on'
    ) as a
    inner join (
        select anomaly_type, cause_kind, cause, starts_at, stops_at, quiet_at, expected, at_most, score, breadth, min_members, open_score from runs
    ) as r on r.anomaly_type = a.anomaly_type and r.cause_kind = a.c.kind and r.cause = a.c.value
    where a.opened_at >= r.starts_at and a.opened_at < r.stops_at
    group by order_id, anomaly_id
),

gathered as (
    select
        lower(hex(sipHash128(toString(chosen.1), toString(chosen.2), chosen.3, toString(toUnixTimestamp64Milli(chosen.4))))) as incident_id,
        chosen.1 as anomaly_type, chosen.2 as cause_kind, chosen.3 as cause,
        chosen.4 as starts_at, chosen.5 as stops_at, chosen.6 as quiet_at,
        round(chosen.7, 3) as expected, chosen.8 as at_most, round(chosen.9, 3) as score,
        chosen.11 as min_members, chosen.12 as open_score,
        order_id, anomaly_id,
        count() over (partition by incident_id) as size
    from joined
)

select
    incident_id, anomaly_type, cause_kind, cause, starts_at, stops_at, quiet_at, expected, score, order_id, anomaly_id,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from gathered
where size >= min_members and {{ surprise('size', 'at_most') }} >= open_score
