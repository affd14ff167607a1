{{ config(materialized='view') }}
-- The days on which a calendar is not as its week: holidays, and working days that have the shifts of another weekday. What
-- the shop said last of a day goes before what it said earlier, and before the seed; it may say that the day is as its week.
with told as (
    select calendar, toDate(day) as on_day, if(works_as = 0, 'holiday', 'workday') as said, toUInt8(works_as) as weekday, name, toUInt32(0) as version, '' as note, '' as saved_by_name, toDateTime64(0, 3, 'UTC') as saved_at
    from {{ ref('holidays') }}
    union all
    select calendar, one.day as on_day, one.kind as said, one.works_as as weekday, one.name as name, version, note, saved_by_name, saved_at
    from {{ source('orderlens', 'shop_calendars') }} final
    array join days as one
),

latest as (
    select * from told order by version desc limit 1 by calendar, on_day
)

select calendar, on_day as day, said as kind, weekday as works_as, name, version, note, saved_by_name, saved_at
from latest
where said != 'regular'
