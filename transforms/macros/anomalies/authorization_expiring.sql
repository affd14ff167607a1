{% macro authorization_expiring() -%}
{{ clause(
    "'authorization_expiring'",
    "['payment.authorized']",
    "['payment.succeeded', 'payment.captured', 'payment.voided', 'payment.expired']",
    ends_with_order='1',
    lead_s='86400',
    even_before='1'
) }}
{%- endmacro %}
