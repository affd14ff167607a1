{% macro return_received_not_refunded() -%}
arrayMap(
    one -> {{ promise_until(
        "'return_received_not_refunded'",
        'one.thing',
        'one.at',
        "(h.type in ('refund.created', 'refund.succeeded') and h.at >= arrayFirst(r -> r.thing = one.thing, history).at) or (h.thing = one.thing and (h.type = 'return.rejected' or (h.type = 'return.inspected' and h.word = 'rejected')))",
        '[one.event_id]',
        'amount_paid',
        void_at='null'
    ) }},
    {{ first_of_each("'return.received'") }}
)
{%- endmacro %}
