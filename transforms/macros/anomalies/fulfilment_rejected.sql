{% macro fulfilment_rejected() -%}
{{ clause(
    "'fulfilment_rejected'",
    "['fulfillment.rejected']",
    "['fulfillment.created', 'fulfillment.packed', 'fulfillment.label_created', 'shipment.handed_over', 'order.canceled', 'order.closed']",
    about="'order'",
    recurs='1'
) }}
{%- endmacro %}
