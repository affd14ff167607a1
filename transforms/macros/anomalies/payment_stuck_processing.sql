{% macro payment_stuck_processing() -%}
arrayMap(
    one -> {{ promise_until(
        "if(arrayFirst(p -> p.payment_id = one.thing, payments).method = 'bank_transfer', 'payment_stuck_processing_bank', 'payment_stuck_processing')",
        'one.thing',
        'one.at',
        "h.thing = one.thing and h.type in ('payment.succeeded', 'payment.captured', 'payment.failed', 'payment.voided', 'payment.expired')",
        '[one.event_id]',
        'arrayFirst(p -> p.payment_id = one.thing, payments).amount'
    ) }},
    {{ first_of_each("'payment.processing'") }}
)
{%- endmacro %}
