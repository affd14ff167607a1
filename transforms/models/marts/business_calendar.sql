{{ config(materialized='table', engine='MergeTree', order_by='tuple()') }}
-- The shifts of every day as two lists of equal length, in milliseconds since the epoch: `per_day` places for each day from
-- `first_day` on, empty places (0 to 0) last, so that the shifts around an instant are found by counting. Stored, because every
-- number in business time reads it and it changes when somebody changes the calendar: then it is built again.
with shifts as (
    select d.day as day, arraySort(groupArrayIf((s.opens_ms, s.closes_ms), s.calendar = 'default')) as places
    from {{ calendar_days() }} as d
    left join {{ ref('calendar_shifts') }} as s on s.day = d.day
    group by day
),

listed as (
    select
        toInt64(toUInt16(min(day))) as first_day,
        toInt64(max(length(places))) as per_day,
        arraySort(groupArray((day, places))) as by_day
    from shifts
)

select
    first_day, per_day,
    arrayFlatten(arrayMap(d -> arrayMap(p -> p.1, arrayResize(d.2, per_day)), by_day)) as opens,
    arrayFlatten(arrayMap(d -> arrayMap(p -> p.2, arrayResize(d.2, per_day)), by_day)) as closes
from listed
