{% macro duplicate_order() -%}
{%- set both_at = "greatest(assumeNotNull(committed_at), assumeNotNull(l.settled_at))" -%}
{%- set found_at = "arrayMin(l -> " ~ both_at ~ ", twins)" -%}
arrayMap(
    twins -> {{ finding_with_others(
        "'duplicate_order'",
        'order_id',
        found_at,
        'twins',
        '1',
        "(h.type = 'operation.performed' and h.word = 'keep_both') or " ~ order_ends(),
        "arrayPushBack(arrayMap(l -> l.event_id, arrayReverse(twins)), created_event_id)",
        'greatest(amount_paid, amount_payable)'
    ) }},
    arrayFilter(
        twins -> notEmpty(twins) and not arrayExists(h -> h.at < {{ found_at }} and {{ order_ends() }}, history),
        [arrayFilter(
            l -> l.kind = 'cart' and l.key = cart and committed_at is not null and l.settled_at is not null
                and ifNull(created_at <= l.at + toIntervalSecond(limits['duplicate_order'].window_s), 0)
                and (l.over.event_id = '' or l.over.at > {{ both_at }}),
            links
        )]
    )
)
{%- endmacro %}
