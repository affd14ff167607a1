{{ config(materialized='ephemeral') }}
-- Live sources with when they were last heard and the rules that apply to each: its own row of the seed, else the row '*'.
select
    c.source as source, c.last_event_at as last_event_at, c.last_landed_at as last_landed_at,
    if(own.own_source = '', base.silent_factor, own.silent_factor) as silent_factor,
    {% for name in ['silent_floor_s', 'hold_floor_s', 'lag_floor_s', 'min_gaps', 'min_life_s', 'give_up_s'] %}
    toUInt32(if(own.own_source = '', base.{{ name }}, own.{{ name }})) as {{ name }},
    {% endfor %}
    if(own.own_source = '', base.severity, own.severity) as severity
from (
    select source, max(s.last_event_at) as last_event_at, max(s.last_landed_at) as last_landed_at
    from {{ source('orderlens', 'source_clock') }} as s where historic = 0 group by source
) as c
cross join (select * from {{ ref('source_rules') }} where source = '*') as base
left join (select *, source as own_source from {{ ref('source_rules') }} where source != '*') as own on own.own_source = c.source
