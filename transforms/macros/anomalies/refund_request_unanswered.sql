{% macro refund_request_unanswered() -%}
{{ clause(
    "'refund_request_unanswered'",
    "['refund.requested', 'return.requested']",
    "['refund.approved', 'refund.rejected', 'refund.created', 'refund.succeeded', 'refund.failed', 'return.approved', 'return.rejected', 'return.received']",
    even_before='1'
) }}
{%- endmacro %}
