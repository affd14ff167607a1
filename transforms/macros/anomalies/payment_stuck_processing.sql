{% macro payment_stuck_processing() -%}
{{ clause(
    "'payment_stuck_processing'",
    "['payment.processing']",
    "['payment.succeeded', 'payment.captured', 'payment.failed', 'payment.voided', 'payment.expired']",
    ends_with_order='1',
    even_before='1'
) }}
{%- endmacro %}
