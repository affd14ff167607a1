{{ config(materialized='ephemeral') }}
-- What is usual for each source, as of the beginning of the hour of the clock: its own hours, and its gaps within them.
-- An hour of the week is a source's own when it was heard in half of the last such hours; while there are fewer than two
-- of them, the same hour of the last days decides. Nights and weekends off are therefore no gap, and an hour that was
-- never lived through counts as off. What was told long after it happened is a backfill and no rhythm.
with
    toUInt32(intDiv(toUnixTimestamp(toDateTime64({{ var('now') }}, 3, 'UTC')), 3600)) as end_hour,

heard as (
    select
        source,
        toUInt32(intDiv(toUnixTimestamp(minute), 60)) as heard_minute,
        sum(m.lag_ms) / sum(m.events) / 1000 as lag_s
    from {{ source('orderlens', 'source_minutes') }} as m
    where minute >= toDateTime(end_hour * 3600 - 28 * 86400, 'UTC') and minute < toDateTime(end_hour * 3600, 'UTC')
    group by source, minute
    having lag_s < (select any(backfill_lag_s) from {{ ref('source_rules') }} where source = '*')
),

silences as (
    select
        source,
        groupArray((toUInt32(intDiv(toUnixTimestamp(silent_since), 3600)), if(resolved_at is null, end_hour, toUInt32(intDiv(toUnixTimestamp(assumeNotNull(resolved_at)), 3600))))) as silent_hours,
        groupArray(toUInt32(intDiv(toUnixTimestamp(silent_since), 60))) as silent_from
    from {{ source('orderlens', 'source_silences') }} final
    group by source
),

patterns as (
    select
        source, silent_from, lag_p99_s, first_minute,
        toUInt32(intDiv(first_minute, 60)) as first_hour,
        -- The quiet since it was last heard tells nothing about its rhythm yet.
        toInt64(intDiv(last_minute, 60)) as last_hour,
        -- Hours of the past that tell something about an hour of the week: those of its weeks, and those of its days.
        arrayMap(w -> arrayMap(
            step -> arrayFilter(
                h -> h >= first_hour and not arrayExists(s -> h > s.1 and h <= s.2, silent_hours),
                arrayMap(k -> last_hour - modulo(last_hour - w + 168, step) - step * k, range(if(step = 168, 4, 7)))
            ),
            [168, 24]
        ), range(168)) as like_hours,
        arrayMap(
            hours -> toUInt8(if(length(hours[1]) >= 2, 2 * arrayCount(h -> has(active, h), hours[1]) >= length(hours[1]), notEmpty(hours[2]) and 2 * arrayCount(h -> has(active, h), hours[2]) >= length(hours[2]))),
            like_hours
        ) as own_hours
    from (
        select source, min(heard_minute) as first_minute, max(heard_minute) as last_minute, groupUniqArray(toInt64(intDiv(heard_minute, 60))) as active, quantileExact(0.99)(lag_s) as lag_p99_s
        from heard group by source
    ) as told
    left join silences using (source)
),

-- How many minutes of its own a source had before each hour.
hours as (
    select source, hour.1 as at_hour, hour.2 as is_own, hour.3 as minutes_before
    from (
        select
            source,
            range(first_hour, end_hour) as all_hours,
            arrayMap(h -> own_hours[h % 168 + 1], all_hours) as own_flags,
            arrayZip(all_hours, own_flags, arrayMap((before, own) -> before - own * 60, arrayCumSum(own -> own * 60, own_flags), own_flags)) as told_hours
        from patterns
    )
    array join told_hours as hour
),

gaps as (
    select
        source, heard_minute,
        h.minutes_before + h.is_own * (heard_minute % 60) as own_minute,
        lagInFrame(heard_minute, 1, 0) over last as before_minute,
        own_minute - lagInFrame(own_minute, 1, own_minute) over last as gap
    from (select source, heard_minute, toUInt32(intDiv(heard_minute, 60)) as at_hour from heard) as m
    inner join hours as h using (source, at_hour)
    window last as (partition by source order by heard_minute rows between 1 preceding and current row)
)

select
    p.source as source,
    toDateTime64({{ var('now') }}, 3, 'UTC') as as_of,
    toDateTime(p.first_minute * 60, 'UTC') as first_heard_at,
    toUInt32(g.gaps) as gaps,
    toUInt32(g.quantiles[1] * 60) as gap_p50_s,
    toUInt32(g.quantiles[2] * 60) as gap_p99_s,
    toUInt32(p.lag_p99_s) as lag_p99_s,
    p.own_hours as own_hours
from patterns as p
inner join (
    select source, countIf(gap > 0 and not has(p.silent_from, before_minute)) as gaps, quantilesExactIf(0.5, 0.99)(gap, gap > 0 and not has(p.silent_from, before_minute)) as quantiles
    from gaps
    inner join (select source, silent_from from patterns) as p using (source)
    group by source
) as g on g.source = p.source
