{% macro return_to_sender() -%}
{{ clause(
    "'return_to_sender'",
    "['shipment.checkpoint:return_to_sender', 'shipment.returned', 'shipment.exception/010', 'shipment.exception/011']",
    "['refund.succeeded', 'fulfillment.label_created', 'shipment.delivered', 'order.canceled', 'order.closed']",
    about="'order'",
    unless="['return.approved', 'order.canceled', 'order.closed']"
) }}
{%- endmacro %}
