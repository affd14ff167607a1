{{ config(materialized='view') }}
{%- set zone -%}
assumeNotNull((select any(zone) from {{ ref('business_hours') }} where calendar = 'default'))
{%- endset -%}
-- The shifts of every day as two lists of equal length, in milliseconds since the epoch: `per_day` places for each day from
-- `first_day` on, empty places (0 to 0) last, so that the shifts around an instant are found by counting. A shift that closes
-- at or before it opens ends on the next day.
with hours as (
    select toUInt8(weekday) as weekday, opens, closes, toDate(valid_from) as valid_from, if(valid_until = '', toDate('2149-06-06'), toDate(valid_until)) as valid_until
    from {{ ref('business_hours') }} where calendar = 'default'
),

days as (
    select toDate('2015-01-01') + number as day from numbers(9497)
),

shifts as (
    select
        day,
        arraySort(groupArrayIf(
            (
                toUnixTimestamp(toDateTime(concat(toString(day), ' ', opens, ':00'), {{ zone }})) * toInt64(1000),
                toUnixTimestamp(toDateTime(concat(toString(if(closes <= opens, day + 1, day)), ' ', closes, ':00'), {{ zone }})) * toInt64(1000)
            ),
            weekday = toDayOfWeek(day) and day >= valid_from and day <= valid_until
                and toString(day) not in (select day from {{ ref('holidays') }} where calendar = 'default')
        )) as places
    from days
    cross join hours
    group by day
)

select
    toInt64(toUInt16(min(day))) as first_day,
    toInt64(max(length(places))) as per_day,
    arraySort(groupArray((day, places))) as by_day,
    arrayFlatten(arrayMap(d -> arrayMap(p -> p.1, arrayResize(d.2, per_day)), by_day)) as opens,
    arrayFlatten(arrayMap(d -> arrayMap(p -> p.2, arrayResize(d.2, per_day)), by_day)) as closes
from shifts
