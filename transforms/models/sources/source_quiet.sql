{{ config(materialized='ephemeral') }}
-- How quiet each source is at the clock, against what is usual for it. Only time in its own hours counts.
with
    toDateTime64({{ var('now') }}, 3, 'UTC') as clock

select
    s.source as source, s.severity as severity, s.last_event_at as last_event_at, s.last_landed_at as last_landed_at,
    r.gaps >= s.min_gaps and dateDiff('second', r.first_heard_at, s.last_landed_at) >= s.min_life_s as is_regular,
    toInt64(toUnixTimestamp(greatest(s.last_landed_at, clock - interval 14 day))) as heard_s,
    toInt64(toUnixTimestamp(clock)) as clock_s,
    if(clock_s <= heard_s, 0, arraySum(
        h -> r.own_hours[h % 168 + 1] * (least(clock_s, (h + 1) * 3600) - greatest(heard_s, h * 3600)),
        range(toUInt32(intDiv(heard_s, 3600)), toUInt32(intDiv(clock_s, 3600) + 1))
    )) as quiet_s,
    r.gap_p99_s as gap_p99_s,
    -- Gaps are measured in whole minutes, so one more may still be usual.
    toUInt32(greatest(r.gap_p99_s + 60, s.hold_floor_s)) as hold_after_s,
    toUInt32(greatest(toUInt32(s.silent_factor * r.gap_p99_s), s.silent_floor_s)) as limit_s,
    s.give_up_s as give_up_s,
    -- Caught up: what arrives now is no older than what usually arrives.
    l.arrived > 0 and l.lag_s <= greatest(toUInt32(s.silent_factor * r.lag_p99_s), s.lag_floor_s) as is_fresh
from {{ ref('source_settings') }} as s
left join (select * from {{ source('orderlens', 'source_rhythms') }} final) as r on r.source = s.source
left join (
    select source, sum(m.events) as arrived, sum(m.lag_ms) / sum(m.events) / 1000 as lag_s
    from {{ source('orderlens', 'source_minutes') }} as m
    where minute >= toStartOfMinute(clock) - interval 1 minute and minute <= clock
    group by source
) as l on l.source = s.source
