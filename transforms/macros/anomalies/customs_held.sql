{% macro customs_held() -%}
{{ clause(
    "'customs_held'",
    "['shipment.exception/004', 'shipment.exception/018', 'shipment.exception/customs']",
    "['shipment.checkpoint:picked_up', 'shipment.checkpoint:in_transit', 'shipment.checkpoint:out_for_delivery', 'shipment.checkpoint:attempt_failed', 'shipment.checkpoint:available_for_pickup', 'shipment.delivered', 'shipment.returned']",
    ends_with_order='1',
    recurs='1'
) }}
{%- endmacro %}
