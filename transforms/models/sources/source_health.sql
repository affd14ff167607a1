{{ config(materialized='view') }}
-- Every live source: when it was heard, what is usual for it, and whether rules wait for it. As of the last tick.
select
    c.source as source,
    multiIf(h.state in ('quiet', 'silent', 'catching_up', 'given_up'), h.state, r.source = '' or r.gaps < c.min_gaps or dateDiff('second', r.first_heard_at, c.last_landed_at) < c.min_life_s, 'learning', has(r.own_hours, 1), 'live', 'irregular') as state,
    r.gaps as gaps, r.gap_p50_s as gap_p50_s, r.gap_p99_s as gap_p99_s,
    if(state in ('learning', 'irregular'), null, toUInt32(if(h.limit_s > 0, h.limit_s, greatest(toUInt32(c.silent_factor * r.gap_p99_s), c.silent_floor_s)))) as limit_s,
    c.last_event_at as last_event_at, c.last_landed_at as last_landed_at,
    if(state in ('silent', 'catching_up', 'given_up') and h.raised_at is not null, h.quiet_since, null) as silent_since,
    if(silent_since is null, null, h.raised_at) as raised_at,
    if(state in ('quiet', 'silent', 'catching_up'), h.held_until, null) as held_until,
    if(held_until is null, [], arraySort(arrayDistinct(h.needs.rule))) as rules_paused,
    s.channels as channels, s.shops as shops
from {{ ref('source_settings') }} as c
left join (select * from {{ source('orderlens', 'source_rhythms') }} final) as r on r.source = c.source
left join (select * from {{ source('orderlens', 'source_holds') }} final) as h on h.source = c.source
left join (select source, arraySort(groupUniqArray(channel)) as channels, arraySort(groupUniqArray(shop_source)) as shops from {{ ref('shop_sources') }} group by source) as s on s.source = c.source
