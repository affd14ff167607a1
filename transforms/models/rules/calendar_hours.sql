{{ config(materialized='view') }}
{%- set forever = "toDate('2149-06-06')" -%}
-- When each calendar opens in a week, and the days for which that holds: the hours of the seed until the first day of those
-- that the shop set. A later version takes the place of the earlier ones from its own first day on.
with written as (
    select
        calendar, version, zone, assumeNotNull(valid_from) as from_day, shifts, note, saved_by_name, saved_at,
        min(toNullable(from_day)) over (partition by calendar order by version rows between 1 following and unbounded following) as replaced_on
    from {{ source('orderlens', 'shop_calendars') }} final
    where valid_from is not null
),

begun as (
    select calendar as own_calendar, min(from_day) as own_from from written group by calendar
)

select
    calendar, zone, toUInt8(weekday) as weekday, opens, closes, toDate(valid_from) as first_day,
    least(if(valid_until = '', {{ forever }}, toDate(valid_until)), if(own_calendar = '', {{ forever }}, own_from - 1)) as last_day,
    toUInt32(0) as version, origin as hours_source, '' as saved_by_name, toDateTime64(0, 3, 'UTC') as saved_at
from {{ ref('business_hours') }}
left join begun on own_calendar = calendar
where first_day <= last_day
union all
select
    calendar, zone, shift.weekday as weekday, shift.opens as opens, shift.closes as closes, from_day as first_day,
    if(replaced_on is null, {{ forever }}, assumeNotNull(replaced_on) - 1) as last_day,
    version, note as hours_source, saved_by_name, saved_at
from written
array join shifts as shift
where first_day <= last_day
