{{ config(materialized='view') }}
-- Each shift of each calendar, of the days that are no holidays; a day that is worked like another weekday has the shifts of
-- that one. A shift that closes at or before it opens ends on the next day; what the clock on the wall shows becomes an
-- instant by the zone of the calendar, whatever its clocks do that day.
with days as (
    select c.calendar as calendar, d.day as day, if(e.calendar = '', toDayOfWeek(d.day), e.works_as) as weekday
    from {{ calendar_days() }} as d
    cross join (select distinct calendar from {{ ref('calendar_hours') }}) as c
    left join {{ ref('calendar_exceptions') }} as e on e.calendar = c.calendar and e.day = d.day
)

select
    d.calendar as calendar, d.day as day,
    {{ wall_ms("concat(toString(d.day), ' ', h.opens)", 'h.zone') }} as opens_ms,
    {{ wall_ms("concat(toString(if(h.closes <= h.opens, d.day + 1, d.day)), ' ', h.closes)", 'h.zone') }} as closes_ms
from days as d
inner join {{ ref('calendar_hours') }} as h on h.calendar = d.calendar and h.weekday = d.weekday
where d.day >= h.first_day and d.day <= h.last_day
