{% macro delivered_not_received() -%}
{{ clause(
    "'delivered_not_received'",
    "['return.requested/not_received', 'refund.requested/not_received']",
    "['refund.succeeded', 'fulfillment.label_created', 'refund.rejected', 'return.rejected']",
    about="'order'",
    after="['shipment.delivered']"
) }}
{%- endmacro %}
