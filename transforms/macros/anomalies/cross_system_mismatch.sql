{% macro cross_system_mismatch() -%}
{{ clause(
    "'cross_system_mismatch'",
    "['order.canceled', 'order.closed']",
    "['refund.created', 'refund.succeeded', 'refund.approved']",
    about="'order'",
    after="['payment.captured', 'payment.succeeded']",
    even_before='1'
) }}
{%- endmacro %}
