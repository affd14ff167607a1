{% macro dispute_opened() -%}
arrayMap(
    one -> {{ finding(
        "'dispute_opened'",
        'one.thing',
        'one.at',
        "h.thing = one.thing and (h.type = 'dispute.closed' or (h.type = 'dispute.updated' and h.word not in ('', 'needs_response', 'warning_needs_response')))",
        '[one.event_id]',
        'if(one.amount > 0, one.amount, arrayFirst(p -> p.payment_id = one.part, payments).amount)',
        given_due_at='one.due_at - interval 2 day'
    ) }},
    arrayFilter(one -> one.word in ('', 'needs_response', 'warning_needs_response'), {{ first_of_each("'dispute.opened'") }})
)
{%- endmacro %}
