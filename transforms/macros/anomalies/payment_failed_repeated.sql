{% macro payment_failed_repeated() -%}
arrayMap(
    place -> {{ finding(
        "'payment_failed_repeated'",
        'order_id',
        'failures[place].at',
        "h.type in ('payment.succeeded', 'payment.captured') or " ~ order_ends(),
        "arrayMap(f -> f.event_id, arraySlice(failures, place - limits['payment_failed_repeated'].count + 1, limits['payment_failed_repeated'].count))",
        'amount_payable'
    ) }},
    arraySlice(arrayFilter(
        place -> place >= limits['payment_failed_repeated'].count
            and dateDiff('second', failures[place - limits['payment_failed_repeated'].count + 1].at, failures[place].at) <= limits['payment_failed_repeated'].window_s
            and not arrayExists(p -> p.at <= failures[place].at, payments),
        arrayEnumerate(failures)
    ), 1, 1)
)
{%- endmacro %}
