{% macro refund_over_or_duplicate() -%}
{%- set running = "o.sent_at is not null and (o.sent_at, o.refund_id) <= (r.sent_at, r.refund_id) and (o.failed_at is null or o.failed_at > r.sent_at)" -%}
{%- set is_over = "arraySum(o -> o.amount, arrayFilter(o -> ifNull(" ~ running ~ ", 0), refunds)) > amount_paid" -%}
{%- set is_double = "arrayExists(o -> ifNull(" ~ running ~ " and o.refund_id != r.refund_id and o.payment_id = r.payment_id and o.amount = r.amount and o.reason = r.reason and dateDiff('second', o.sent_at, r.sent_at) <= limits['refund_over_or_duplicate'].window_s, 0), refunds)" -%}
arrayMap(
    r -> {{ finding(
        "'refund_over_or_duplicate'",
        'r.refund_id',
        'assumeNotNull(r.sent_at)',
        "(h.thing = r.refund_id and h.type in ('refund.failed', 'refund.rejected')) or (h.type = 'operation.performed' and h.word = 'recover_refund')",
        "arrayMap(o -> o.event_id, arrayFilter(o -> ifNull(" ~ running ~ ", 0), refunds))",
        'r.amount'
    ) }},
    arrayFilter(r -> r.sent_at is not null and amount_paid > 0 and ({{ is_over }} or {{ is_double }}), refunds)
)
{%- endmacro %}
