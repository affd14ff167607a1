{% macro gateway_refuses() -%}
{%- set is_through = "h.type in ('payment.authorized', 'payment.succeeded', 'payment.captured') or " ~ order_ends() -%}
arrayMap(
    l -> {{ finding(
        "'payment_failed_repeated_gateway'",
        "concat(order_id, '@', l.key)",
        'l.at',
        is_through,
        'arrayDistinct([l.event_id, l.used_event_id])',
        'amount_payable'
    ) }},
    arrayFilter(
        (l, place) -> not arrayExists(h -> h.at <= l.at and ({{ is_through }}), history) and arrayFirstIndex(o -> o.kind = l.kind and o.key = l.key, links_in_time) = place,
        arraySort(l -> l.at, arrayFilter(l -> l.kind = 'gateway', links)) as links_in_time,
        arrayEnumerate(links_in_time)
    )
)
{%- endmacro %}
