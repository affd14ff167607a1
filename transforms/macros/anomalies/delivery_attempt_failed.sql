{% macro delivery_attempt_failed() -%}
{{ clause(
    "'delivery_attempt_failed'",
    "['shipment.checkpoint:attempt_failed']",
    "['shipment.delivered', 'shipment.returned', 'shipment.checkpoint:available_for_pickup', 'shipment.checkpoint:return_to_sender']",
    escalates_again='1',
    recurs='1'
) }}
{%- endmacro %}
