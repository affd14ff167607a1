{{ config(materialized='view') }}
-- Each shift of each calendar, of the days that are no holidays. A shift that closes at or before it opens ends on the next
-- day; what the clock on the wall shows becomes an instant by the zone of the calendar, whatever its clocks do that day.
with hours as (
    select calendar, zone, toUInt8(weekday) as weekday, opens, closes, toDate(valid_from) as valid_from, if(valid_until = '', toDate('2149-06-06'), toDate(valid_until)) as valid_until
    from {{ ref('business_hours') }}
)

select
    calendar, day,
    {{ wall_ms("concat(toString(day), ' ', opens)", 'zone') }} as opens_ms,
    {{ wall_ms("concat(toString(if(closes <= opens, day + 1, day)), ' ', closes)", 'zone') }} as closes_ms
from {{ calendar_days() }} as d
inner join hours on hours.weekday = toDayOfWeek(d.day)
where day >= valid_from and day <= valid_until
    and (calendar, toString(day)) not in (select calendar, day from {{ ref('holidays') }})
