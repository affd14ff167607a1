{% macro pickup_expiring() -%}
{{ clause(
    "'pickup_expiring'",
    "['shipment.checkpoint:available_for_pickup']",
    "['shipment.delivered', 'shipment.returned', 'shipment.checkpoint:return_to_sender']",
    recurs='1'
) }}
{%- endmacro %}
