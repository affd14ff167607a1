{{ config(materialized='view') }}
-- Runs of pieces of days that are hot for one cause, close to each other and together unlikely enough: what may be an incident.
with hot as (
    select
        *,
        block - lagInFrame(block, 1, toInt64(-1000000000)) over (partition by anomaly_type, cause_kind, cause order by block rows between unbounded preceding and current row) as since_last
    from {{ ref('incident_blocks') }} final
    where is_hot
),

numbered as (
    select *, sum(since_last > 1 + intDiv(close_s, window_s)) over (partition by anomaly_type, cause_kind, cause order by block rows between unbounded preceding and current row) as run
    from hot
)

select
    anomaly_type, cause_kind, cause,
    min(block_at) as starts_at, max(ends_at) as stops_at, stops_at + toIntervalSecond(any(close_s)) as quiet_at,
    sum(observed) as observed,
    -- Sums of fractions in the order of their size: the same to the last bit wherever they are added.
    arraySum(arraySort(groupArray(expected))) as expected, arraySum(arraySort(groupArray(at_most))) as at_most,
    {{ surprise('observed', 'at_most') }} as score,
    any(breadth) as breadth, any(min_members) as min_members, any(open_score) as open_score
from numbered
group by anomaly_type, cause_kind, cause, run
having observed >= min_members and score >= open_score
