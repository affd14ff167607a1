{{ config(materialized='table', engine='MergeTree', order_by='tuple()') }}
-- The calendars that rules use, one after another in the order of their names, as one list of slots: `per_day` for each of
-- `days` days, each with the business time before it. What a day has no shift for is a slot without length at 00:00 UTC of it,
-- in every zone before the shifts of the next day begin. `marks` says at which slot every 24 hours of business time are
-- full, so that a deadline is found by counting instead of by searching.
with used as (
    select distinct calendar from {{ ref('rule_versions') }} where calendar != '24x7'
),

places as (
    select u.calendar as calendar, d.day as day, arraySort(groupArrayIf((s.opens_ms, s.closes_ms), s.calendar = u.calendar)) as shifts
    from used as u
    cross join {{ calendar_days() }} as d
    left join {{ ref('calendar_shifts') }} as s on s.calendar = u.calendar and s.day = d.day
    group by calendar, day
),

listed as (
    select
        p.calendar as calendar,
        arrayFlatten(arrayMap(d -> arrayResize(d.2, any(most), (toInt64(toUInt16(d.1)) * 86400000, toInt64(toUInt16(d.1)) * 86400000)), arraySort(groupArray((day, shifts))))) as slots,
        arrayCumSum(s -> s.2 - s.1, slots) as worked_after
    from places as p
    cross join (select max(length(shifts)) as most from places) as m
    group by calendar
),

marked as (
    select calendar, groupArrayInsertAt(toInt64(0), 9498)(slots_in_it, bucket) as counts
    from (
        select calendar, toUInt32(intDiv(arrayJoin(worked_after), 86400000)) as bucket, toInt64(count()) as slots_in_it
        from listed group by calendar, bucket
    )
    group by calendar
),

ordered as (
    select
        toInt64(ifNull(intDiv(max(length(slots)), 9497), 0)) as per_day,
        arraySort(x -> x.1, groupArray((calendar, slots, worked_after, counts))) as calendars
    from listed
    inner join marked using (calendar)
)

select
    toInt64(toUInt16(toDate('2015-01-01'))) as first_day, toInt64(9497) as days, per_day,
    cast(arrayFlatten(arrayMap(c -> arrayMap((s, after) -> (s.1, s.2, after - (s.2 - s.1)), c.2, c.3), calendars)), 'Array(Tuple(opens Int64, closes Int64, worked Int64))') as slots,
    arrayFlatten(arrayMap((c, no) -> arrayMap((full, n) -> full - n + 1 + (toInt64(no) - 1) * days * per_day, arrayCumSum(c.4), c.4), calendars, arrayEnumerate(calendars))) as marks
from ordered
