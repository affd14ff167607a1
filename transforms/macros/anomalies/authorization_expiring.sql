{% macro authorization_expiring() -%}
arrayMap(
    one -> {{ promise_until(
        "'authorization_expiring'",
        'one.thing',
        'one.at',
        "h.thing = one.thing and h.type in ('payment.succeeded', 'payment.captured', 'payment.voided', 'payment.expired')",
        '[one.event_id]',
        'arrayFirst(p -> p.payment_id = one.thing, payments).amount',
        given_due_at='one.due_at - interval 1 day',
        given_escalate_at='one.due_at'
    ) }},
    {{ first_of_each("'payment.authorized'") }}
)
{%- endmacro %}
