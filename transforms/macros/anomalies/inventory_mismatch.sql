{% macro inventory_mismatch() -%}
{#- What left with a parcel before the end cannot be given back to the shelf. -#}
if(
    ended_at is null or handed_over_at < ended_at,
    [],
    arrayMap(
        one -> {{ promise_met(
            "'inventory_mismatch'",
            'one.thing',
            'ended_at',
            'null',
            signs_where("h.type = 'inventory.released' and h.thing = one.thing and h.at >= one.at") ~ '[1]',
            'null',
            '[one.event_id, canceled_event_id]',
            "arrayFirst(sum -> sum > 0, [arrayFirst(l -> l.sku = one.part, lines).amount, amount_payable])"
        ) }},
        arrayFilter(one -> one.at <= ended_at, {{ first_of_each("'inventory.reserved', 'inventory.allocated'") }})
    )
)
{%- endmacro %}
