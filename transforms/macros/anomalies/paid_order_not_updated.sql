{% macro paid_order_not_updated() -%}
{%- set unpaid_words = "('WAIT_BUYER_PAY', 'UNPAID', 'PENDING', 'pending', 'unpaid')" -%}
if(
    paid_at is null or not arrayExists(h -> startsWith(h.type, 'order.') and h.word in {{ unpaid_words }}, history),
    [],
    [{{ promise_until(
        "'paid_order_not_updated'",
        'order_id',
        'paid_at',
        "h.type in ('order.confirmed', 'order.completed') or (startsWith(h.type, 'order.') and h.word != '' and h.word not in " ~ unpaid_words ~ ") or startsWith(h.type, 'fulfillment.') or startsWith(h.type, 'shipment.')",
        '[paid_event_id]',
        'amount_paid'
    ) }}]
)
{%- endmacro %}
