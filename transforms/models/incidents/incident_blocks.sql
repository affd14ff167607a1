{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(block_at, anomaly_type, cause_kind, cause)') }}
-- How many anomalies of a kind opened with a cause in a piece of a day, and how many are usual there: the mean of the same
-- piece of the days before but the fullest. The usual at most adds what a count so small may vary by, and rises with the other anomalies of
-- the kind, so that a busy day or a young store is no incident. All times are those of the facts, none is the clock's.
-- What happened later says nothing of a piece, so that only those since the first day that changed are worked out anew.
with {% if is_incremental() -%}
(select min(since) from {{ source('orderlens', 'incidents_due') }} where part = 'blocks') as due_since,
{% endif -%}
limits as (
    select
        k.rule as rule,
        toInt64(argMax(i.window_s, i.rule != '*')) as window_s, toInt64(argMax(i.close_s, i.rule != '*')) as close_s,
        argMax(i.min_days, i.rule != '*') as min_days, argMax(i.floor_count, i.rule != '*') as floor_count,
        argMax(i.spreads, i.rule != '*') as spreads, argMax(i.min_ratio, i.rule != '*') as min_ratio,
        argMax(i.keep_score, i.rule != '*') as keep_score, argMax(i.open_score, i.rule != '*') as open_score,
        toUInt64(argMax(i.min_members, i.rule != '*')) as min_members, argMax(i.most_growth, i.rule != '*') as most_growth
    from (select distinct rule from {{ ref('rules') }}) as k
    cross join {{ ref('incident_rules') }} as i
    where i.rule = '*' or i.rule = k.rule
    group by k.rule
),

opened as (
    select
        anomaly_type, category, toUnixTimestamp(assumeNotNull(opened_at)) as opened_s,
        toUnixTimestamp(coalesce(order_created_at, assumeNotNull(opened_at))) as created_s,
        arrayJoin(arrayConcat(causes, cast([('all', '')], 'Array(Tuple(kind LowCardinality(String), value String))'))) as c
    from {{ ref('anomalies_by_day') }}
    where axis = 'opened' and status_reason != 'passed_on'
    {% if is_incremental() %}
        and axis_day >= toDate(due_since)
    {% endif %}
),

counted as (
    select
        o.anomaly_type as anomaly_type, o.c.kind as cause_kind, o.c.value as cause, any(k.breadth) as breadth,
        l.window_s as window_s, intDiv(toInt64(o.opened_s), l.window_s) as block,
        count() as observed, min(o.created_s) as placed_s,
        -- How long after its order such an anomaly comes: before the store is that old there can be none.
        quantileExact(0.9)(toInt64(o.opened_s) - toInt64(o.created_s)) as lag_s
    from opened as o
    inner join limits as l on l.rule = o.anomaly_type
    left join {{ ref('incident_causes') }} as k on k.category = o.category and k.cause_kind = o.c.kind
    where o.c.kind = 'all' or k.cause_kind != ''
    group by anomaly_type, cause_kind, cause, window_s, block
),

told as (
    select *, 1 as is_due from counted
    {% if is_incremental() %}
    union all
    select anomaly_type, cause_kind, cause, breadth, window_s, block, observed, placed_s, lag_s, 0 as is_due
    from {{ this }} final
    where block_at >= due_since - toIntervalDay({{ var('incident_baseline_days') }}) and block_at < due_since
    {% endif %}
),

remembered as (
    select
        t.*,
        block % intDiv(86400, window_s) as place, intDiv(block, intDiv(86400, window_s)) as day,
        sum(observed) over (partition by anomaly_type, cause_kind, cause, place order by day range between {{ var('incident_baseline_days') }} preceding and 1 preceding)
            -- The fullest of the days is left out, so that an incident of days does not become usual by itself.
            - max(observed) over (partition by anomaly_type, cause_kind, cause, place order by day range between {{ var('incident_baseline_days') }} preceding and 1 preceding) as before,
        least(
            {% if is_incremental() %}
            if(k.cause_kind = '', placed_s, k.known_s),
            {% endif %}
            min(placed_s) over (partition by cause_kind, cause order by block * window_s range between unbounded preceding and current row)
        ) as known_s,
        least({{ var('incident_baseline_days') }}, intDiv(block * window_s - toInt64(known_s) - greatest(lag_s, 0), 86400)) as days,
        if(days > 1, before / (days - 1), 0) as usual
    from told as t
    {% if is_incremental() %}
    left join (
        select cause_kind, cause, min(placed_s) as known_s from {{ this }} final where block_at < due_since group by cause_kind, cause
    ) as k on k.cause_kind = t.cause_kind and k.cause = t.cause
    {% endif %}
),

compared as (
    select
        r.*, l.* except (rule, window_s),
        maxIf(observed, cause_kind = 'all') over (partition by anomaly_type, block) as all_observed,
        maxIf(usual, cause_kind = 'all') over (partition by anomaly_type, block) as all_usual,
        least(most_growth, greatest(1, (toInt64(all_observed) - toInt64(observed) + 1) / (greatest(all_usual - usual, 0) + 1))) as growth
    from remembered as r
    inner join limits as l on l.rule = r.anomaly_type
    where r.is_due = 1
)

select
    anomaly_type, cause_kind, cause, breadth, block, window_s, close_s, min_members, open_score, placed_s, lag_s,
    fromUnixTimestamp64Milli(block * window_s * 1000, 'UTC') as block_at,
    fromUnixTimestamp64Milli((block + 1) * window_s * 1000, 'UTC') as ends_at,
    observed, toInt64(days) as days, usual * growth as expected,
    greatest(floor_count, if(days > 1, (before + 1 + spreads * sqrt(before + 1)) / (days - 1), 0)) * growth as at_most,
    {{ surprise('observed', 'at_most') }} as score,
    cause_kind != 'all' and days >= min_days and observed >= min_ratio * at_most and score >= keep_score as is_hot,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from compared
