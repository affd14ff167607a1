{# The days that calendars know. #}
{% macro calendar_days() -%}
(select toDate('2015-01-01') + number as day from numbers(9497))
{%- endmacro %}
{# An instant, in milliseconds since the epoch, of what a clock on the wall of a zone shows; the zone may differ by row. #}
{% macro wall_ms(text, zone) -%}
toUnixTimestamp(parseDateTimeInJodaSyntax(concat({{ text }}, ' ', {{ zone }}), 'yyyy-MM-dd HH:mm zzz')) * toInt64(1000)
{%- endmacro %}
{#
The business time of a calendar that had passed by an instant, in milliseconds. `clock` is the row of `rule_clock`. Of the
slots around the instant the first that closes after it says what was worked before; a shift may begin two days of UTC
before an instant it covers (its zone, and over midnight).
#}
{% macro business_ms_until(calendar_no, ms) -%}
arrayMin(
    s -> if(s.closes > {{ ms }}, s.worked + greatest(0, {{ ms }} - s.opens), 9007199254740991),
    arraySlice(clock.slots, ((toInt64({{ calendar_no }}) - 1) * clock.days + greatest(0, intDiv({{ ms }}, 86400000) - 2 - clock.first_day)) * clock.per_day + 1, 5 * clock.per_day)
)
{%- endmacro %}
{# When each of these amounts of business time (an array, milliseconds) has passed since an instant, by which `worked_ms` had passed; beyond the days a calendar knows, by the clock on the wall. #}
{% macro after_business_ms(calendar_no, since_ms, worked_ms, amounts) -%}
arrayMap(
    (amount, slot) -> if(slot.closes = 0, {{ since_ms }} + amount, greatest({{ since_ms }}, slot.opens + {{ worked_ms }} + amount - slot.worked)),
    {{ amounts }},
    arrayMap(
        (amount, place) -> arrayFirst(s -> s.worked + s.closes - s.opens >= {{ worked_ms }} + amount, arraySlice(clock.slots, place[1], place[2] - place[1] + 1)),
        {{ amounts }},
        arrayMap(amount -> arraySlice(clock.marks, (toInt64({{ calendar_no }}) - 1) * (clock.days + 1) + intDiv({{ worked_ms }} + amount, 86400000) + 1, 2), {{ amounts }})
    )
)
{%- endmacro %}
