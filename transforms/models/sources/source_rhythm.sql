{{ config(materialized='ephemeral') }}
{#- Five minutes of each hour are a twelfth of the sources' turn; not incremental, all are worked out at once. #}
{%- set turn = "cityHash64(source) % 12 = intDiv(toUnixTimestamp(toDateTime64(" ~ var('now') ~ ", 3, 'UTC')), 300) % 12" %}
-- What is usual for each source, as of the beginning of the hour of the clock: its own hours, and its gaps within them.
-- An hour of the week is a source's own when it was heard in half of the last four such hours; while there are fewer than
-- two of them, the same hour of the last seven days decides. Nights and weekends off are therefore no gap, and an hour that
-- was never lived through counts as off. What was told long after it happened is a backfill and no rhythm.
with
    toUInt32(intDiv(toUnixTimestamp(toDateTime64({{ var('now') }}, 3, 'UTC')), 3600)) as end_hour,
    toDateTime(end_hour * 3600 - 28 * 86400, 'UTC') as begun,
    toDateTime(end_hour * 3600, 'UTC') as ended,
    (select any(backfill_lag_s) from {{ ref('source_rules') }} where source = '*') as backfill_s,

heard_hours as (
    select source, toInt64(intDiv(toUnixTimestamp(hour), 3600)) as at_hour
    from {{ source('orderlens', 'source_hours') }} as h
    where hour >= begun and hour < ended
    {% if is_incremental() %}
    and {{ turn }}
    {% endif %}
    group by source, hour
    having sum(h.lag_ms) < backfill_s * 1000 * sum(h.events)
),

-- Hours of a recorded silence were no choice of the source's.
silent_hours as (
    select source, arrayJoin(range(
        toUInt32(intDiv(toUnixTimestamp(silent_since), 3600) + 1),
        if(resolved_at is null, end_hour, toUInt32(intDiv(toUnixTimestamp(assumeNotNull(resolved_at)), 3600) + 1))
    )) as at_hour
    from {{ source('orderlens', 'source_silences') }} final
    where silent_since >= begun
),

-- The quiet since a source was last heard tells nothing about its rhythm yet, so its time ends there.
lives as (
    select source, min(at_hour) as first_hour, max(at_hour) as last_hour from heard_hours group by source
),

weeks as (
    select
        l.source as source, slot.number as slot,
        l.last_hour - modulo(l.last_hour - toInt64(slot.number) + 168, 168) as latest,
        if(latest < l.first_hour, 0, least(4, intDiv(latest - l.first_hour, 168) + 1)) - ifNull(t.silent, 0) as lived,
        if(latest < l.first_hour, 0, 1) - ifNull(t.silent_lately, 0) as lived_lately,
        ifNull(t.heard, 0) as heard, ifNull(t.heard_lately, 0) as heard_lately
    from lives as l
    cross join numbers(168) as slot
    left join (
        select
            h.source as source, toUInt64(h.at_hour % 168) as slot,
            countIf(not is_silent) as heard, countIf(not is_silent and h.at_hour > x.last_hour - 168) as heard_lately,
            toInt64(countIf(is_silent)) as silent, toInt64(countIf(is_silent and h.at_hour > x.last_hour - 168)) as silent_lately
        from (
            select source, at_hour, false as is_silent from heard_hours
            union all
            select source, toInt64(at_hour), true as is_silent from silent_hours where (source, toInt64(at_hour)) not in heard_hours
        ) as h
        inner join lives as x on x.source = h.source
        where h.at_hour > x.last_hour - 672 and h.at_hour <= x.last_hour and h.at_hour >= x.first_hour
        group by source, slot
    ) as t on t.source = l.source and t.slot = slot.number
),

own as (
    select
        source, slot,
        toUInt8(if(lived >= 2, 2 * heard >= lived, sum(lived_lately) over day >= 1 and 2 * sum(heard_lately) over day >= sum(lived_lately) over day)) as is_own
    from weeks
    window day as (partition by source, slot % 24)
),

-- Minutes of its own that a source has had at the beginning of an hour of the week, and in a whole week.
own_time as (
    select source, slot, is_own, toInt64(60 * (sum(is_own) over so_far - is_own)) as minutes_before, toInt64(60 * sum(is_own) over (partition by source)) as minutes_a_week
    from own
    window so_far as (partition by source order by slot rows between unbounded preceding and current row)
),

minutes as (
    select source, groupArray(heard_minute) as heard, quantileExact(0.99)(lag_s) as lag_p99_s
    from (
        select source, toUInt32(intDiv(toUnixTimestamp(minute), 60)) as heard_minute, sum(m.lag_ms) / sum(m.events) / 1000 as lag_s
        from {{ source('orderlens', 'source_minutes') }} as m
        where minute >= begun and minute < ended
        {% if is_incremental() %}
        and {{ turn }}
        {% endif %}
        group by source, minute
        having lag_s < backfill_s
    )
    group by source
),

gaps as (
    select
        source, lag_p99_s, first_minute, adjoining, toInt64(gap.1) as until, until - gap.2 as since,
        toUInt64(intDiv(until, 60) % 168) as until_slot, toUInt64(intDiv(since, 60) % 168) as since_slot
    from (
        select
            source, lag_p99_s, arraySort(heard) as sorted, arrayMap(step -> toInt64(step), arrayDifference(sorted)) as steps, sorted[1] as first_minute,
            -- Most gaps are one minute: they are counted, and stand as one row of length 0.
            arrayCount(step -> step = 1, steps) as adjoining,
            arrayConcat([(first_minute, toInt64(0))], arrayFilter(one -> one.2 > 1, arrayZip(sorted, steps))) as longer
        from minutes
    )
    array join longer as gap
),

measured as (
    select
        g.source as source, lag_p99_s, first_minute,
        if((g.source, since) in (select source, toInt64(intDiv(toUnixTimestamp(silent_since), 60)) from {{ source('orderlens', 'source_silences') }} final), 0,
            intDiv(until, 10080) * u.minutes_a_week + u.minutes_before + u.is_own * (until % 60) - (intDiv(since, 10080) * s.minutes_a_week + s.minutes_before + s.is_own * (since % 60))
        ) as own_minutes,
        toUInt64(if(until = since, adjoining, own_minutes > 0)) as times,
        toUInt64(if(until = since, 1, greatest(own_minutes, 0))) as gap_minutes
    from gaps as g
    left join own_time as u on u.source = g.source and u.slot = g.until_slot
    left join own_time as s on s.source = g.source and s.slot = g.since_slot
)

select
    m.source as source,
    toDateTime64({{ var('now') }}, 3, 'UTC') as as_of,
    toDateTime(any(m.first_minute) * 60, 'UTC') as first_heard_at,
    toUInt32(sum(m.times)) as gaps,
    toUInt32(if(gaps = 0, 0, 60 * quantileExactWeighted(0.5)(m.gap_minutes, m.times))) as gap_p50_s,
    toUInt32(if(gaps = 0, 0, 60 * quantileExactWeighted(0.99)(m.gap_minutes, m.times))) as gap_p99_s,
    toUInt32(any(m.lag_p99_s)) as lag_p99_s,
    any(o.own_hours) as own_hours
from measured as m
inner join (select source, arrayMap(pair -> pair.2, arraySort(groupArray((slot, is_own)))) as own_hours from own group by source) as o on o.source = m.source
group by source
