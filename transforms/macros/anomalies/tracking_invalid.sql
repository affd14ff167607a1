{% macro tracking_invalid() -%}
{{ clause(
    "'tracking_invalid'",
    "['shipment.checkpoint:unknown', 'shipment.exception:unknown']",
    "['shipment.checkpoint:picked_up', 'shipment.checkpoint:in_transit', 'shipment.checkpoint:out_for_delivery', 'shipment.checkpoint:attempt_failed', 'shipment.checkpoint:available_for_pickup', 'shipment.delivered']",
    ends_with_order='1'
) }}
{%- endmacro %}
