{% macro wrong_or_missing_item() -%}
{{ clause(
    "'wrong_or_missing_item'",
    "['return.requested/wrong_item', 'return.requested/missing_item', 'refund.requested/wrong_item', 'refund.requested/missing_item']",
    "['refund.succeeded', 'fulfillment.label_created', 'refund.rejected', 'return.rejected']",
    about="'order'"
) }}
{%- endmacro %}
